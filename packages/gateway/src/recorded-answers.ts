/** An answer as its client got it. */
export interface AnswerRecord {
  readonly status: number;
  readonly headers: readonly [string, string][];
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
}

/** A request that was made under a key. */
interface Entry {
  /** Of its body. */
  readonly fingerprint: string;
  /** `undefined` where it came to nothing that is kept. */
  readonly answer: Promise<AnswerRecord | undefined>;
  /** When it was answered, in milliseconds from any origin. */
  answeredAt: number | undefined;
  bytes: number;
}

/** What an entry takes besides its answer. */
const BYTES_AROUND = 1024;

/** Answers by idempotency key, the oldest of which make room when they take too much. */
export class AnswerRecords {
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  /** @param now - Milliseconds from any origin. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The request that was made under a key, unless its answer is older than `maxAgeMs`. */
  find(name: string, maxAgeMs: number): Omit<Entry, 'bytes'> | undefined {
    this.#dropOlderThan(maxAgeMs);
    return this.#entries.get(name);
  }

  /**
   * A request is made under a key.
   *
   * @returns to be called with its answer, or nothing where that is not kept; the first call counts.
   */
  begin(
    name: string,
    fingerprint: string,
    maxBytes: number,
  ): (record: AnswerRecord | undefined) => void {
    let resolve: (record: AnswerRecord | undefined) => void = () => undefined;
    const answer = new Promise<AnswerRecord | undefined>((done) => {
      resolve = done;
    });
    const entry: Entry = { fingerprint, answer, answeredAt: undefined, bytes: 0 };
    this.#entries.set(name, entry);
    let isFinished = false;
    return (record) => {
      if (isFinished) return;
      isFinished = true;
      if (record) {
        entry.answeredAt = this.#now();
        entry.bytes = record.pieces.reduce((sum, { length }) => sum + length, BYTES_AROUND);
        this.#bytes += entry.bytes;
        // In the order of their answers.
        this.#entries.delete(name);
        this.#entries.set(name, entry);
        this.#makeRoom(maxBytes);
      } else this.#entries.delete(name);
      resolve(record);
    };
  }

  #dropOlderThan(maxAgeMs: number): void {
    const oldest = this.#now() - maxAgeMs;
    for (const [name, { answeredAt }] of this.#entries) {
      if (answeredAt === undefined) continue;
      if (answeredAt > oldest) return;
      this.#drop(name);
    }
  }

  #makeRoom(maxBytes: number): void {
    for (const [name, { answeredAt }] of this.#entries) {
      if (this.#bytes <= maxBytes) return;
      if (answeredAt !== undefined) this.#drop(name);
    }
  }

  #drop(name: string): void {
    this.#bytes -= this.#entries.get(name)?.bytes ?? 0;
    this.#entries.delete(name);
  }
}
