import { createHash } from 'node:crypto';
import { FieldForm, fieldBytes, type ScannedRecord } from '../csv/record-scanner.js';

/** Bytes of prompts that are kept to be compared; beyond, a digest is compared. */
const CACHE_BYTES: number = 64 * 1024 * 1024;

/** Enough that two texts with one digest cannot be found (SHA-256, shortened). */
const DIGEST_BYTES = 16;

/**
 * Checks that each question has the same prompt in every row, in 16 bytes a question and a bounded
 * cache, whatever the order of the rows.
 */
export class QuestionTexts {
  readonly #column: number;
  readonly #cacheBytes: number;
  #digests: Buffer = Buffer.alloc(DIGEST_BYTES * 256);
  /** Prompts as they stand in the file, with their quotes, by the question's code. */
  readonly #written = new Map<number, Buffer>();
  #writtenBytes = 0;
  #expected = -1;

  constructor(column: number, cacheBytes: number = CACHE_BYTES) {
    this.#column = column;
    this.#cacheBytes = cacheBytes;
  }

  /** How the prompt of a question stood in the file, where that is kept. */
  expect(question: number): Buffer | undefined {
    this.#expected = question;
    return this.#written.get(question);
  }

  /** Notes the prompt of a new question, and returns it. */
  note(question: number, record: ScannedRecord): Buffer {
    const text = fieldBytes(record, this.#column);
    const at = DIGEST_BYTES * question;
    if (at >= this.#digests.length) {
      this.#digests = Buffer.concat([this.#digests], 2 * this.#digests.length);
    }
    digestOf(text).copy(this.#digests, at, 0, DIGEST_BYTES);
    this.#keep(question, record);
    return text;
  }

  /** Whether the record has the prompt that was noted. */
  matches(question: number, record: ScannedRecord): boolean {
    if (record.form[this.#column] === FieldForm.Expected && this.#expected === question) {
      return true;
    }
    const at = DIGEST_BYTES * question;
    const digest = digestOf(fieldBytes(record, this.#column));
    if (digest.compare(this.#digests, at, at + DIGEST_BYTES, 0, DIGEST_BYTES) !== 0) return false;
    if (!this.#written.has(question)) this.#keep(question, record);
    return true;
  }

  #keep(question: number, { bytes, rawStart, rawEnd }: ScannedRecord): void {
    const size = rawEnd - rawStart;
    if (this.#writtenBytes + size > this.#cacheBytes) {
      this.#written.clear();
      this.#writtenBytes = 0;
    }
    this.#written.set(question, Buffer.from(bytes.subarray(rawStart, rawEnd)));
    this.#writtenBytes += size;
  }
}

function digestOf(text: Uint8Array): Buffer {
  return createHash('sha256').update(text).digest();
}
