import { estimateTokens } from '../costs/estimate-tokens.js';
import type { InputUsage, TokenUsage } from '../costs/token-usage.js';
import { GrowingBytes } from '../http/growing-bytes.js';
import { joinBytes } from '../http/join-bytes.js';
import { isObject, parseObject } from '../http/json-object.js';
import { readLongJson } from '../http/json-reader.js';
import type { Turns } from '../http/turns.js';
import type { EventReader, Protocol } from '../protocol/protocol.js';
import type { AnswerFacts } from './answer-facts.js';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const COLON = 58;
const LINE_END = /\r\n|\n|\r/;
/** Bytes from which a line is read in turns. */
const LONG_LINE_BYTES = 131_072;
/** Of a long one, what says which kind of event it is. */
const BEGINNING_BYTES = 1024;

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
  /** The beginning of a line. */
  #rest = new GrowingBytes(0);
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

  /** What came ends within a long line, which `pushLong` reads on. */
  get hasLongLine(): boolean {
    return this.#rest.length >= LONG_LINE_BYTES;
  }

  /** @returns the bytes up to the last end of a line; may be empty. */
  push(chunk: Uint8Array): Uint8Array {
    const end = Math.max(chunk.lastIndexOf(LINE_FEED), chunk.lastIndexOf(CARRIAGE_RETURN)) + 1;
    if (end === 0) {
      this.#hold(chunk);
      return new Uint8Array(0);
    }
    const lines = joinBytes([this.#takeRest(), chunk.subarray(0, end)]);
    if (end < chunk.length) this.#hold(chunk.slice(end));
    return this.#readLines(lines);
  }

  /** The same within a long line, which others do not wait for. */
  async pushLong(chunk: Uint8Array, turns: Turns): Promise<Uint8Array[]> {
    const end = firstOf(chunk.indexOf(LINE_FEED), chunk.indexOf(CARRIAGE_RETURN)) + 1;
    this.#hold(end === 0 ? chunk : chunk.subarray(0, end));
    if (end === 0 || this.isOverlong) return [];
    const line = this.#takeRest();
    await this.#readLong(line, turns);
    return [line, this.push(chunk.subarray(end))];
  }

  /**
   * The stream has ended. Some upstreams leave out the last line feed.
   *
   * @returns what is left, as a whole event; empty where that is only half of one.
   */
  finish(): Uint8Array {
    const last = this.#takeRest();
    const text = new TextDecoder().decode(last).trim();
    const data = text.startsWith('data:') ? text.slice(5).trim() : '';
    if (data !== '[DONE]' && !parseObject(data)) return new Uint8Array(0);
    this.#read(text);
    return joinBytes([last, Uint8Array.of(LINE_FEED, LINE_FEED)]);
  }

  /** The same within a long line. */
  async finishLong(turns: Turns): Promise<Uint8Array[]> {
    const last = this.#takeRest();
    const isEvent = await this.#readLong(last, turns);
    return isEvent ? [last, Uint8Array.of(LINE_FEED, LINE_FEED)] : [];
  }

  #hold(piece: Uint8Array): void {
    this.isOverlong ||= this.#rest.length + piece.length > this.#options.maxLineBytes;
    if (!this.isOverlong) this.#rest.add(piece);
  }

  #takeRest(): Uint8Array {
    const { bytes } = this.#rest;
    this.#rest = new GrowingBytes(0);
    return bytes;
  }

  /** @returns the bytes, without events that are hidden. */
  #readLines(bytes: Uint8Array): Uint8Array {
    const lines = this.#decoder.decode(bytes).split(LINE_END);
    const shown = lines.filter((line) => this.#read(line.trim()) !== 'hidden');
    return shown.length === lines.length ? bytes : new TextEncoder().encode(shown.join('\n'));
  }

  /** @returns whether it is an event. */
  async #readLong(line: Uint8Array, turns: Turns): Promise<boolean> {
    const beginning = new TextDecoder().decode(line.subarray(0, BEGINNING_BYTES)).trim();
    if (!beginning.startsWith('data:')) {
      this.#read(beginning);
      return false;
    }
    this.#count(beginning, line.length);
    const json = line.subarray(line.indexOf(COLON) + 1);
    const event = await readLongJson(json, turns).catch(() => undefined);
    if (!isObject(event?.value)) return false;
    this.#noteEvent(event.value);
    return true;
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
    this.#count(data, data.length);
    if (this.hasContent && !this.#options.protocol.telling.test(data)) return undefined;
    const event = parseObject(data);
    return event && this.#noteEvent(event);
  }

  /** Counts an event that holds tokens. */
  #count(data: string, characters: number): void {
    if (this.#options.protocol.tokens?.test(data) === false) return;
    this.#events.count++;
    this.#events.characters += characters;
    this.#events.shortest = Math.min(this.#events.shortest, characters);
  }

  #noteEvent(event: Readonly<Record<string, unknown>>): 'hidden' | undefined {
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

/** The first of two places, each of which may be missing (-1). */
function firstOf(one: number, other: number): number {
  return one === -1 || other === -1 ? Math.max(one, other) : Math.min(one, other);
}
