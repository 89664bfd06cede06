import { estimateTokens } from '../costs/estimate-tokens.js';
import type { InputUsage, TokenUsage } from '../costs/token-usage.js';
import { joinBytes } from '../http/join-bytes.js';
import { parseObject } from '../http/json-object.js';
import type { EventReader, Protocol } from '../protocol/protocol.js';
import type { AnswerFacts } from './answer-facts.js';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const LINE_END = /\r\n|\n|\r/;

/** What a stream is expected to be like. */
export interface EventScannerOptions {
  readonly protocol: Pick<Protocol, 'openEvents' | 'telling' | 'tokens'>;
  /** The most that a line may take, in bytes. */
  readonly maxLineBytes: number;
  /** Takes what the events say of the answer. */
  readonly facts?: AnswerFacts | undefined;
  /** How many choices have to come to their end. @default 1 */
  readonly choices?: number | undefined;
  /** Whether an event that holds nothing but `usage` is kept from the client. @default false */
  readonly hidesUsage?: boolean | undefined;
}

/**
 * Watches a stream of server-sent events as it passes: when its first
 * token comes, whether it reports an error, and whether it came to its end. Passes on whole lines
 * only, so that an answer that breaks off leaves no half event behind.
 */
export class EventScanner {
  readonly #decoder = new TextDecoder();
  readonly #options: EventScannerOptions;
  readonly #reader: EventReader;
  readonly #facts: AnswerFacts;
  readonly #finished = new Set<unknown>();
  /** The beginning of a line, piece by piece. */
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #isDone = false;
  /** Events that hold data: how many, how long in all, and the shortest. */
  readonly #events = { count: 0, characters: 0, shortest: Number.POSITIVE_INFINITY };
  /** What the upstream says that it counted, where it has. */
  usage: TokenUsage | undefined;
  /** What it says that it read, where it says so before it has counted all. */
  read: InputUsage | undefined;
  /** A token, a tool call or an end has come. */
  hasContent = false;
  /** The message of an error event, where one has come. */
  error: string | undefined;
  /** A line is longer than it may be. */
  isOverlong = false;

  constructor(options: EventScannerOptions) {
    this.#options = options;
    this.#reader = options.protocol.openEvents();
    this.#facts = options.facts ?? { finishReasons: [] };
  }

  /** The answer is whole: its last event, or the finish reason of every choice, has come. */
  get isComplete(): boolean {
    return this.#isDone || this.#finished.size >= (this.#options.choices ?? 1);
  }

  /** Tokens that have come: one an event, or more where events hold more text than the shortest. */
  get outputTokens(): number {
    const { count, characters, shortest } = this.#events;
    return count === 0 ? 0 : Math.max(count, estimateTokens(characters - count * shortest));
  }

  /** @returns the bytes up to the last end of a line; may be empty. */
  push(chunk: Uint8Array): Uint8Array {
    const end = Math.max(chunk.lastIndexOf(LINE_FEED), chunk.lastIndexOf(CARRIAGE_RETURN)) + 1;
    if (end === 0) {
      this.#hold(chunk);
      return new Uint8Array(0);
    }
    const lines = joinBytes([...this.#rest, chunk.subarray(0, end)]);
    this.#rest = [];
    this.#restBytes = 0;
    if (end < chunk.length) this.#hold(chunk.slice(end));
    return this.#readLines(lines);
  }

  /**
   * The stream has ended. Some upstreams leave out the last line feed.
   *
   * @returns what is left, as a whole event; empty where that is only half of one.
   */
  finish(): Uint8Array {
    const last = joinBytes(this.#rest);
    this.#rest = [];
    const text = new TextDecoder().decode(last).trim();
    const data = text.startsWith('data:') ? text.slice(5).trim() : '';
    if (data !== '[DONE]' && !parseObject(data)) return new Uint8Array(0);
    this.#read(text);
    return joinBytes([last, Uint8Array.of(LINE_FEED, LINE_FEED)]);
  }

  #hold(piece: Uint8Array): void {
    this.#rest.push(piece);
    this.#restBytes += piece.length;
    this.isOverlong ||= this.#restBytes > this.#options.maxLineBytes;
  }

  /** @returns the bytes, without events that are hidden. */
  #readLines(bytes: Uint8Array): Uint8Array {
    const lines = this.#decoder.decode(bytes).split(LINE_END);
    const hidden = lines.filter((line) => this.#read(line.trim()) === 'hidden');
    if (hidden.length === 0) return bytes;
    return new TextEncoder().encode(lines.filter((line) => !hidden.includes(line)).join('\n'));
  }

  #read(line: string): 'hidden' | undefined {
    // llama.cpp writes errors into a field of their own, others name the event.
    if (/^(?:error:|event:\s*error\b)/.test(line)) this.error ??= 'unknown error';
    if (!line.startsWith('data:')) return undefined;
    const data = line.slice(5).trim();
    if (data === '[DONE]') {
      this.#isDone = true;
      this.hasContent = true;
      return undefined;
    }
    const { telling, tokens } = this.#options.protocol;
    if (tokens?.test(data) !== false) {
      this.#events.count++;
      this.#events.characters += data.length;
      this.#events.shortest = Math.min(this.#events.shortest, data.length);
    }
    if (this.hasContent && !telling.test(data)) return undefined;
    return this.#readEvent(data);
  }

  #readEvent(data: string): 'hidden' | undefined {
    const event = parseObject(data);
    if (event === undefined) return undefined;
    const signs = this.#reader.read(event, this.#facts);
    this.error ??= signs.error;
    this.usage = signs.usage ?? this.usage;
    this.read = signs.read ?? this.read;
    for (const choice of signs.finished ?? []) this.#finished.add(choice);
    if (signs.hasContent) this.hasContent = true;
    if (signs.isEnd) this.#isDone = true;
    return signs.isUsageAlone && this.#options.hidesUsage ? 'hidden' : undefined;
  }
}
