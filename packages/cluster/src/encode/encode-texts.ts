import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { EmbedLLMError, type EncoderRecord, type Progress } from '@embedllm/core';
import { checkInteger, reasonOf } from '@embedllm/internals';
import type { Backbone } from '../connection/backbone.js';
import { JobBoard } from '../jobs/job-board.js';
import { ENCODE_QUEUE } from '../jobs/queues.js';
import { describeWorkers, listWorkers } from '../worker/worker-status.js';
import type { EncodedPart, EncodeJob } from './encode-part.js';
import { storeEncoder } from './stored-encoder.js';
import { cutTexts, type TextPart } from './text-part.js';

/** What `Cluster.encode` takes. */
export interface ClusterEncodeOptions {
  /** Prefix of the keys of `.jsonl` and `.parquet` objects in storage, such as `texts/`. */
  readonly texts: string;
  /** `encoderRecord(encoder)`: what workers make the encoder of. */
  readonly encoder: EncoderRecord;
  /** Prefix of the keys of the vectors, such as `vectors/`. */
  readonly output: string;
  /** Column, or member of a line, with the text. @default 'prompt' */
  readonly column?: string | undefined;
  /** Column with identifiers, which the vectors' objects then list. @default none */
  readonly idColumn?: string | undefined;
  /** Bytes of JSONL that a job covers, from 1. @default 4 MiB */
  readonly bytesPerPart?: number | undefined;
  /** Rows of Parquet that a job covers, from 1. @default 10,000 */
  readonly rowsPerPart?: number | undefined;
  /** Stops the encoding; jobs that wait are removed, and the vectors that are done stay. */
  readonly signal?: AbortSignal | undefined;
  /** Called as parts are done, by whichever worker. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A part of the vectors. */
export interface VectorPart {
  /** Key of a safetensors object with the tensor `embeddings`, shape [rows, dimensions]. */
  readonly key: string;
  readonly rows: number;
  /** Of the object's bytes, in hexadecimal. */
  readonly sha256: string;
  /** The texts that they are of. */
  readonly source: TextPart;
}

/** What `Cluster.encode` gives, and keeps as `manifest.json` next to the vectors. */
export interface VectorManifest {
  readonly encoder: { readonly id: string; readonly fingerprint: string };
  readonly dimensions: number;
  readonly rows: number;
  /** In the order of the texts. */
  readonly parts: readonly VectorPart[];
}

/** Jobs that are in Redis at a time: 1 kB each. */
const OPEN_JOBS = 1000;

/** Encodes texts in storage to vectors in storage, on all workers; resumes where it stopped. */
export async function encodeTexts(
  backbone: Backbone,
  options: ClusterEncodeOptions,
): Promise<VectorManifest> {
  const { storage } = backbone;
  const { texts, encoder, output, column = 'prompt', idColumn, signal, onProgress } = options;
  const { bytesPerPart = 4 * 2 ** 20, rowsPerPart = 10_000 } = options;
  checkInteger('bytesPerPart', bytesPerPart, { min: 1 });
  checkInteger('rowsPerPart', rowsPerPart, { min: 1 });
  const sources = await cutTexts(storage, texts, { bytesPerPart, rowsPerPart });
  const encoderKey = await storeEncoder(storage, output, encoder, signal);
  const plan = JSON.stringify({ encoder: encoder.fingerprint, column, idColumn, sources });
  await claimOutput(backbone, output, plan, signal);

  const run = createHash('sha256').update(output).update(plan).digest('hex').slice(0, 16);
  const board = new JobBoard(backbone, ENCODE_QUEUE);
  const failing = new AbortController();
  const ended = signal ? AbortSignal.any([signal, failing.signal]) : failing.signal;
  // Each job that waits listens.
  setMaxListeners(0, ended);
  const parts: VectorPart[] = [];
  let next = 0;
  let done = 0;
  const report = async (): Promise<void> => {
    if (!onProgress) return;
    const workers = await listWorkers(backbone).catch(() => []);
    const detail = describeWorkers(workers);
    onProgress({ phase: 'encode', done, total: sources.length, unit: 'parts', detail });
  };
  const work = async (): Promise<void> => {
    while (next < sources.length) {
      const index = next++;
      const source = sources[index] as TextPart;
      const key = `${output}part-${String(index).padStart(6, '0')}.safetensors`;
      const job: EncodeJob = { source, encoder: encoderKey, output: key, column, idColumn };
      const result = (await board.run(`${run}-${index}`, job, ended).catch((cause: unknown) => {
        throw failed(source, cause);
      })) as EncodedPart;
      parts[index] = { key, rows: result.rows, sha256: result.sha256, source };
      done++;
      await report();
    }
  };
  await report();
  const waiting = setInterval(() => void report(), 5000);
  try {
    const lanes = Math.min(OPEN_JOBS, sources.length);
    await Promise.all(Array.from({ length: lanes }, work)).catch((error: unknown) => {
      failing.abort(error);
      signal?.throwIfAborted();
      throw error;
    });
  } finally {
    clearInterval(waiting);
    await board.close();
  }
  const manifest: VectorManifest = {
    encoder: { id: encoder.id, fingerprint: encoder.fingerprint },
    dimensions: encoder.dimensions,
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    parts,
  };
  await storage.put(`${output}manifest.json`, asJson(manifest), { signal });
  return manifest;
}

/** Refuses to mix the vectors of two encodings. */
async function claimOutput(
  { storage }: Backbone,
  output: string,
  plan: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const key = `${output}plan.json`;
  if ((await storage.size(key, { signal })) === undefined) {
    await storage.put(key, new TextEncoder().encode(plan), { signal });
    return;
  }
  const before = new TextDecoder().decode(await storage.get(key, { signal }));
  if (before === plan) return;
  throw new EmbedLLMError(
    `${output} in ${storage.address} has vectors of other texts, of another encoder or in other parts. Choose another output, or delete ${key} and the vectors next to it.`,
    { code: 'invalid-argument' },
  );
}

function failed({ key, format, start, end }: TextPart, cause: unknown): unknown {
  if (!(cause instanceof EmbedLLMError)) return cause;
  const unit = format === 'jsonl' ? 'bytes' : 'rows';
  const text = `Encoding ${key}, ${unit} ${start} to ${end}, failed: ${reasonOf(cause)}`;
  return new EmbedLLMError(text, { code: cause.code, cause });
}

function asJson(value: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
}
