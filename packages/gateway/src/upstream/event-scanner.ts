import { joinBytes } from '../http/join-bytes.js';
import { isObject, parseObject } from '../http/json-object.js';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const LINE_END = /\r\n|\n|\r/;

/** What a stream is expected to be like. */
export interface EventScannerOptions {
  /** The most that a line may take, in bytes. */
  readonly maxLineBytes: number;
  /** How many choices have to come to their end. @default 1 */
  readonly choices?: number | undefined;
}

/**
 * Watches a stream of server-sent events of the OpenAI protocol as it passes: when its first
 * token comes, whether it reports an error, and whether it came to its end. Passes on whole lines
 * only, so that an answer that breaks off leaves no half event behind.
 */
export class EventScanner {
  readonly #decoder = new TextDecoder();
  readonly #options: EventScannerOptions;
  readonly #finished = new Set<unknown>();
  /** The beginning of a line, piece by piece. */
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #isDone = false;
  /** A token, a tool call or an end has come. */
  hasContent = false;
  /** The message of an error event, where one has come. */
  error: string | undefined;
  /** A line is longer than it may be. */
  isOverlong = false;

  constructor(options: EventScannerOptions) {
    this.#options = options;
  }

  /** The answer is whole: `[DONE]`, or the finish reason of every choice, has come. */
  get isComplete(): boolean {
    return this.#isDone || this.#finished.size >= (this.#options.choices ?? 1);
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
    this.#readLines(lines);
    return lines;
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

  #readLines(lines: Uint8Array): void {
    for (const line of this.#decoder.decode(lines).split(LINE_END)) this.#read(line.trim());
  }

  #read(line: string): void {
    // llama.cpp writes errors into a field of their own, others name the event.
    if (/^(?:error:|event:\s*error\b)/.test(line)) this.error ??= 'unknown error';
    if (!line.startsWith('data:')) return;
    const data = line.slice(5).trim();
    if (data === '[DONE]') {
      this.#isDone = true;
      this.hasContent = true;
      // Inside a text the quotes would be escaped, so that these are fields and values themselves.
    } else if (!this.hasContent || /"error"|"finish_reason"\s*:\s*"/.test(data)) {
      this.#readEvent(data);
    }
  }

  #readEvent(data: string): void {
    const event = parseObject(data);
    if (event === undefined) return;
    if (event.error !== undefined && event.error !== null) {
      this.error ??= messageOf(event.error);
      return;
    }
    for (const choice of Array.isArray(event.choices) ? event.choices : []) {
      if (!isObject(choice)) continue;
      if (choice.finish_reason === 'error') {
        this.error ??= messageOf(choice.error);
      } else if (typeof choice.finish_reason === 'string') {
        this.#finished.add(choice.index);
        this.hasContent = true;
      }
      if (isObject(choice.delta) && hasTokens(choice.delta)) this.hasContent = true;
    }
  }
}

/** Whatever a delta holds besides its role is output of the model. */
function hasTokens(delta: Record<string, unknown>): boolean {
  return Object.entries(delta).some(([key, value]) => {
    if (key === 'role' || value === null || value === '') return false;
    return !(Array.isArray(value) && value.length === 0);
  });
}

function messageOf(error: unknown): string {
  if (typeof error === 'string') return error;
  return isObject(error) && typeof error.message === 'string' ? error.message : 'unknown error';
}
