const LINE_FEED = 10;
/** More in one line, or before the first token, is no answer of a model. */
const MAX_HELD_BYTES = 1_048_576;

/**
 * Watches a stream of server-sent events of the OpenAI protocol as it passes: when its first
 * token comes, whether it reports an error, and whether it came to its end. Passes on whole lines
 * only, so that an answer that breaks off leaves no half event behind.
 */
export class EventScanner {
  readonly #decoder = new TextDecoder();
  #rest: Uint8Array = new Uint8Array(0);
  /** A token, a tool call or an end has come. */
  hasContent = false;
  /** The message of an error event, where one has come. */
  error: string | undefined;
  /** The answer is whole: `[DONE]` or a finish reason has come. */
  isComplete = false;
  /** Too long a line: this is no such stream. */
  isOverlong = false;

  /** @returns the bytes up to the last line feed; may be empty. */
  push(chunk: Uint8Array): Uint8Array {
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end === 0) {
      this.#rest = join(this.#rest, chunk);
      this.isOverlong ||= this.#rest.length > MAX_HELD_BYTES;
      return new Uint8Array(0);
    }
    const lines = join(this.#rest, chunk.subarray(0, end));
    this.#rest = chunk.slice(end);
    for (const line of this.#decoder.decode(lines).split('\n')) this.#read(line.trim());
    return lines;
  }

  #read(line: string): void {
    if (!line.startsWith('data:')) return;
    const data = line.slice(5).trim();
    if (data === '[DONE]') {
      this.isComplete = true;
      this.hasContent = true;
    } else if (!this.hasContent || /^\{\s*"error"/.test(data)) {
      this.#readEvent(data);
    } else if (/"finish_reason"\s*:\s*"/.test(data)) {
      // Inside a text the quotes would be escaped, so that this is the field itself.
      this.isComplete = true;
    }
  }

  #readEvent(data: string): void {
    const event = parse(data);
    if (event === undefined) return;
    if (event.error !== undefined && event.error !== null) {
      this.error ??= messageOf(event.error);
      return;
    }
    for (const choice of Array.isArray(event.choices) ? event.choices : []) {
      if (!isObject(choice)) continue;
      if (typeof choice.finish_reason === 'string') {
        this.isComplete = true;
        this.hasContent = true;
      }
      if (isObject(choice.delta) && hasTokens(choice.delta)) this.hasContent = true;
    }
  }
}

/** Two pieces as one; no copy where one is empty. */
export function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Whatever a delta holds beside its role is output of the model. */
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

function parse(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
