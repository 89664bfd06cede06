import type { AnswerClaim, AnswerRecord, AnswerStore, ClaimedAnswer } from './answer-store.js';

/** A request that was made under a key. */
interface Entry {
  readonly claim: AnswerClaim;
  /** `undefined` where it came to nothing that is kept. */
  readonly answer: Promise<AnswerRecord | undefined>;
  readonly resolve: (record: AnswerRecord | undefined) => void;
  /** When it was answered, in milliseconds from any origin. */
  answeredAt: number | undefined;
  bytes: number;
}

/** What an entry takes besides its answer. */
const BYTES_AROUND = 1024;

/** Options of `MemoryAnswerStore`. */
export interface MemoryAnswerStoreOptions {
  /** Milliseconds from any origin. @default performance.now */
  readonly now?: (() => number) | undefined;
}

/** Answers of one process, which are forgotten when it ends. */
export class MemoryAnswerStore implements AnswerStore {
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #open = new Map<string, Entry>();
  #bytes = 0;

  constructor({ now = () => performance.now() }: MemoryAnswerStoreOptions = {}) {
    this.#now = now;
  }

  async claim(claim: AnswerClaim): Promise<ClaimedAnswer> {
    for (;;) {
      this.#dropOlderThan(claim.maxAgeMs);
      const known = this.#entries.get(claim.name);
      if (!known) return { state: 'claimed', id: this.#begin(claim) };
      if (known.claim.fingerprint !== claim.fingerprint) return { state: 'different' };
      const record = await known.answer;
      if (record) return { state: 'answered', record };
      // It came to nothing that is kept: this one is next, or waits for the one that was.
    }
  }

  async finish(id: string, record: AnswerRecord | undefined): Promise<void> {
    const entry = this.#open.get(id);
    if (!this.#open.delete(id) || !entry) return;
    const { name, maxBytes } = entry.claim;
    this.#entries.delete(name);
    if (record) {
      entry.answeredAt = this.#now();
      entry.bytes = record.pieces.reduce((sum, { length }) => sum + length, BYTES_AROUND);
      this.#bytes += entry.bytes;
      // In the order of their answers.
      this.#entries.set(name, entry);
      this.#makeRoom(maxBytes);
    }
    entry.resolve(record);
  }

  #begin(claim: AnswerClaim): string {
    let resolve: Entry['resolve'] = () => undefined;
    const answer = new Promise<AnswerRecord | undefined>((done) => {
      resolve = done;
    });
    const id = crypto.randomUUID();
    const entry: Entry = { claim, answer, resolve, answeredAt: undefined, bytes: 0 };
    this.#entries.set(claim.name, entry);
    this.#open.set(id, entry);
    return id;
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
