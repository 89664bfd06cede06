import { createHash } from 'node:crypto';
import type { EncoderRecord, Progress } from '@embedllm/core';
import { checkInteger, EmbedLLMError } from '@embedllm/internals';
import type { Backbone } from '../connection/backbone.js';
import { claimOutput } from '../jobs/claim-output.js';
import { ENCODE_QUEUE } from '../jobs/queues.js';
import { type RunJob, runJobs } from '../jobs/run-jobs.js';
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
  const sources = await cutTexts(storage, texts, { bytesPerPart, rowsPerPart, signal });
  const encoderKey = await storeEncoder(storage, output, encoder, signal);
  const settings = { encoder: encoder.fingerprint, column, idColumn };
  const { run, lease } = await claimOutput(backbone, {
    ...{ kind: 'encode', output, settings: { ...settings, sources }, signal },
    ...{ last: MANIFEST, queue: ENCODE_QUEUE },
    other: 'vectors of other texts, of another encoder or in other parts',
  });
  try {
    const jobs = sources.map((source, index): RunJob & { readonly data: EncodeJob } => {
      // Of what it is made, so that what did not change need not be encoded again.
      const hash = createHash('sha256')
        .update(JSON.stringify([settings, source]))
        .digest('hex');
      const data: EncodeJob = {
        ...{ source, encoder: encoderKey, column, idColumn },
        output: `${output}part-${hash.slice(0, 16)}.safetensors`,
      };
      const { key, format, start, end } = source;
      const unit = format === 'jsonl' ? 'bytes' : 'rows';
      return { id: `${run}-${index}`, data, name: `Encoding ${key}, ${unit} ${start} to ${end},` };
    });
    const parts: VectorPart[] = [];
    await runJobs(backbone, {
      ...{ queue: ENCODE_QUEUE, jobs, phase: 'encode', unit: 'parts', signal, onProgress },
      onResult(result, index) {
        const { rows, sha256 } = result as EncodedPart;
        const { output: key, source } = (jobs[index] as (typeof jobs)[number]).data;
        parts[index] = { key, rows, sha256, source };
      },
    });
    const manifest: VectorManifest = {
      encoder: { id: encoder.id, fingerprint: encoder.fingerprint },
      dimensions: encoder.dimensions,
      rows: parts.reduce((sum, { rows }) => sum + rows, 0),
      parts,
    };
    const present = new Set<string>();
    for await (const { key } of storage.list(output, { signal })) present.add(key);
    assertWritten(storage, parts, present);
    await storage.put(output + MANIFEST, asJson(manifest), { signal });
    const listed = new Set([encoderKey, ...parts.map(({ key }) => key)]);
    for (const key of present) {
      const isLeft = isVectorObject(key.slice(output.length)) && !listed.has(key);
      if (isLeft) await storage.delete(key, { signal });
    }
    return manifest;
  } finally {
    await lease.end();
  }
}

/** A worker of another storage may find there what it was asked for, and report it as done. */
function assertWritten(
  { address }: Backbone['storage'],
  parts: readonly VectorPart[],
  present: ReadonlySet<string>,
): void {
  const missing = parts.find(({ key }) => !present.has(key));
  if (missing === undefined) return;
  throw new EmbedLLMError(
    `A worker reported ${missing.key} as written, but it is not in ${address}. Start workers with the storage of this run, ${address}, and run the command with another output.`,
    { code: 'io' },
  );
}

/** Of what `encode` writes under its output, as long as it is unfinished. */
export function isVectorObject(name: string): boolean {
  return /^(part|encoder)-[0-9a-f]{16}\.safetensors$/.test(name);
}

/** Written last. */
export const MANIFEST = 'manifest.json';

function asJson(value: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
}
