import { hash } from 'node:crypto';
import { FieldForm, fieldBytes, type ScannedRecord, type Span } from '../csv/scanned-record.js';

/** Bytes of prompts that are kept to be compared; beyond, a digest is compared. */
const CACHE_BYTES: number = 64 * 1024 * 1024;

/** Bytes that are kept at first: enough where each question's rows follow one another. */
const FIRST_BYTES: number = 1 << 18;

/** Enough that two texts with one digest cannot be found (SHA-256, shortened). */
export const DIGEST_BYTES: number = 16;

/**
 * Checks that each question has the same prompt in every row, in 28 bytes a question and a bounded
 * cache, whatever the order of the rows.
 */
export class QuestionTexts {
  readonly #column: number;
  readonly #cacheBytes: number;
  #digests: Buffer = Buffer.alloc(DIGEST_BYTES * 256);
  /** Questions with a digest. */
  #noted = 0;
  /** Prompts as they stand in the file, with their quotes, one after the other. */
  #written: Buffer = Buffer.alloc(0);
  #writtenBytes = 0;
  #base = 0;
  /** How many bytes of `#written` are used before all is dropped. */
  #room: number;
  /** Whether a prompt was asked for that was dropped. */
  #missed = false;
  /**
   * Where the prompt of each question starts, counted on from all that was ever kept: one that
   * starts before `#base` was dropped.
   */
  #starts = new Float64Array(256).fill(-1);
  #lengths = new Int32Array(256);
  readonly #span: Span = { bytes: this.#written, start: 0, end: 0 };
  #expected = -1;

  constructor(column: number, cacheBytes: number = CACHE_BYTES) {
    this.#column = column;
    this.#cacheBytes = cacheBytes;
    this.#room = Math.min(FIRST_BYTES, cacheBytes);
    this.#written = Buffer.allocUnsafeSlow(this.#room);
  }

  /** How the prompt of a question stood in the file, where that is kept; valid until the next call. */
  expect(question: number): Span | undefined {
    this.#expected = question;
    if (question < 0 || question >= this.#noted) return undefined;
    const start = this.#starts[question]!;
    if (start < this.#base) return undefined;
    const span = this.#span;
    span.bytes = this.#written;
    // As an integer, which the scanner reckons with: a float would have it compiled again and again.
    span.start = (start - this.#base) | 0;
    span.end = span.start + this.#lengths[question]!;
    return span;
  }

  /** Notes the prompt of a new question, and returns it. */
  note(question: number, record: ScannedRecord): Buffer {
    const text = fieldBytes(record, this.#column);
    if (question >= this.#starts.length) this.#grow(question);
    digestOf(text).copy(this.#digests, DIGEST_BYTES * question, 0, DIGEST_BYTES);
    this.#noted = Math.max(this.#noted, question + 1);
    this.#keep(question, record);
    return text;
  }

  /** The digests of the prompts noted, from a question's on. */
  digests(question: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(
      this.#digests.subarray(DIGEST_BYTES * question, DIGEST_BYTES * this.#noted),
    );
  }

  /** Whether the record has the prompt that was noted. */
  matches(question: number, record: ScannedRecord): boolean {
    if (record.form[this.#column] === FieldForm.Expected && this.#expected === question) {
      return true;
    }
    const at = DIGEST_BYTES * question;
    const digest = digestOf(fieldBytes(record, this.#column));
    if (digest.compare(this.#digests, at, at + DIGEST_BYTES, 0, DIGEST_BYTES) !== 0) return false;
    if (this.#starts[question]! < this.#base) {
      this.#missed = true;
      this.#keep(question, record);
    }
    return true;
  }

  #keep(question: number, { bytes, rawStart, rawEnd }: ScannedRecord): void {
    const size = rawEnd - rawStart;
    if (size > this.#cacheBytes) return;
    if (this.#writtenBytes + size > this.#room) this.#makeRoom(size);
    bytes.copy(this.#written, this.#writtenBytes, rawStart, rawEnd);
    this.#starts[question] = this.#base + this.#writtenBytes;
    this.#lengths[question] = size;
    this.#writtenBytes += size;
  }

  /** Memory is first touched only where more of it would have spared a digest. */
  #makeRoom(size: number): void {
    if (this.#missed || size > this.#room) {
      this.#room = Math.min(Math.max(2 * this.#room, size), this.#cacheBytes);
    }
    this.#missed = false;
    if (this.#writtenBytes + size > this.#room) {
      this.#base += this.#writtenBytes;
      this.#writtenBytes = 0;
    }
    if (this.#room > this.#written.length) {
      const larger = Buffer.allocUnsafeSlow(this.#room);
      this.#written.copy(larger, 0, 0, this.#writtenBytes);
      this.#written = larger;
    }
  }

  #grow(question: number): void {
    const capacity = Math.max(question + 1, 2 * this.#starts.length);
    const digests = Buffer.alloc(DIGEST_BYTES * capacity);
    this.#digests.copy(digests);
    this.#digests = digests;
    const starts = new Float64Array(capacity).fill(-1);
    starts.set(this.#starts);
    this.#starts = starts;
    const lengths = new Int32Array(capacity);
    lengths.set(this.#lengths);
    this.#lengths = lengths;
  }
}

function digestOf(text: Uint8Array): Buffer {
  return hash('sha256', text, 'buffer');
}
