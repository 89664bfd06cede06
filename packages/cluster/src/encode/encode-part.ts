import { createHash } from 'node:crypto';
import {
  EmbedLLMError,
  type EncoderRecord,
  matrixToTensor,
  type QuestionEncoder,
  readSafetensors,
  writeSafetensors,
} from '@embedllm/core';
import type { ObjectStore } from '../storage/object-store.js';
import { readStoredEncoder } from './stored-encoder.js';
import { readTexts, type TextColumns, type TextPart } from './text-part.js';

/** The job of a part. */
export interface EncodeJob extends TextColumns {
  readonly source: TextPart;
  /** Key of the stored encoder. */
  readonly encoder: string;
  /** Key of the vectors. */
  readonly output: string;
}

/** What the job of a part returns. */
export interface EncodedPart {
  readonly rows: number;
  /** Of the object's bytes, in hexadecimal. */
  readonly sha256: string;
  /** False when the vectors were there. */
  readonly isNew: boolean;
}

/** Makes the encoder that a record describes. */
export type OpenEncoder = (record: EncoderRecord) => Promise<QuestionEncoder>;

/** Does the jobs of parts, keeping the encoder from one to the next. */
export class PartEncoder {
  readonly #storage: ObjectStore;
  readonly #open: OpenEncoder;
  #key: string | undefined;
  #encoder: Promise<QuestionEncoder> | undefined;

  constructor(storage: ObjectStore, open: OpenEncoder) {
    this.#storage = storage;
    this.#open = open;
  }

  /** Writes a part's vectors, unless they are there. */
  async encode(job: EncodeJob, signal: AbortSignal | undefined): Promise<EncodedPart> {
    const storage = this.#storage;
    const known = await this.#known(job.output, signal);
    if (known) return known;
    const encoder = await this.#encoderOf(job.encoder);
    const { texts, ids } = await readTexts(storage, job.source, job, signal);
    const embeddings = await encoder.encode(texts, { signal });
    if (embeddings.rows !== texts.length || embeddings.cols !== encoder.dimensions) {
      throw new EmbedLLMError(
        `The encoder ${encoder.id} returned vectors of shape [${embeddings.rows}, ${embeddings.cols}], but [${texts.length}, ${encoder.dimensions}] was expected.`,
        { code: 'shape-mismatch' },
      );
    }
    const metadata = ids ? { ids: JSON.stringify(ids) } : {};
    const bytes = writeSafetensors([['embeddings', matrixToTensor(embeddings)]], metadata);
    signal?.throwIfAborted();
    await storage.put(job.output, bytes, { signal });
    return { rows: texts.length, sha256: digest(bytes), isNew: true };
  }

  /** What is there of a part. Some servers show an object that is still being written: it is made again. */
  async #known(key: string, signal: AbortSignal | undefined): Promise<EncodedPart | undefined> {
    if ((await this.#storage.size(key, { signal })) === undefined) return undefined;
    const bytes = await this.#storage.get(key, { signal });
    try {
      const rows = readSafetensors(bytes, { file: key }).tensors.get('embeddings')?.shape[0];
      return rows === undefined ? undefined : { rows, sha256: digest(bytes), isNew: false };
    } catch {
      return undefined;
    }
  }

  #encoderOf(key: string): Promise<QuestionEncoder> {
    if (key === this.#key && this.#encoder) return this.#encoder;
    const opened = readStoredEncoder(this.#storage, key).then((record) => this.#open(record));
    this.#key = key;
    this.#encoder = opened;
    // The next job tries again.
    opened.catch(() => {
      if (this.#encoder === opened) this.#encoder = undefined;
    });
    return opened;
  }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
