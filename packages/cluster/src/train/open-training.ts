import { createHash } from 'node:crypto';
import { EmbedLLMError } from '@embedllm/core';
import { quantity, reasonOf } from '@embedllm/internals';
import type {
  EngineKind,
  LinearParameters,
  ShardedSet,
  ShardGradient,
  ShardMoments,
} from '@embedllm/trainer';
import { type Backbone, VERSION } from '../connection/backbone.js';
import { assertRunId } from '../jobs/assert-run-id.js';
import { RunLease } from '../jobs/run-lease.js';
import { deletePrefix } from '../storage/delete-prefix.js';
import { readJson, writeJson } from '../storage/read-json.js';
import { watchWorkers } from '../worker/watch-workers.js';
import { listWorkers } from '../worker/worker-status.js';
import {
  gradientLength,
  gradientOf,
  momentsLength,
  momentsOf,
  parametersToBytes,
} from './number-object.js';
import { PartRounds } from './part-rounds.js';
import { trainingFolder } from './training-jobs.js';
import { readTrainingSet, type TrainingSet } from './training-set.js';

/** What `Cluster.training` takes. */
export interface TrainingOptions {
  /** Prefix of a set that `writeTrainingSet` wrote, such as `train/`. */
  readonly set: string;
  /**
   * Names the training: letters, digits, `-` and `_`. A coordinator that is started again under the
   * same name takes the rounds that are done from storage.
   */
  readonly id: string;
  /**
   * Where products run, here and on the workers. Only the same engine on processors of the same kind
   * gives the same bits.
   *
   * @default 'onnxruntime'
   */
  readonly engine?: EngineKind | undefined;
  /** Questions that one product covers. @default as many as keep a tile within 64 MB */
  readonly tileRows?: number | undefined;
}

/** A training set in the memory of workers: give it to `trainDirect` as `train`. */
export interface ClusterTraining extends ShardedSet {
  /** Rounds that were taken from storage, and that workers computed. */
  readonly rounds: { readonly replayed: number; readonly computed: number };
  /** Lets workers forget the parts. Rounds stay, so that the training can be continued. */
  close(): Promise<void>;
  /** Lets workers forget the parts, and deletes the rounds: the training is done. */
  finish(): Promise<void>;
}

/** How often it is looked whether workers hold the parts. */
const LOOK_MS = 10_000;

/** A round that is done, as storage has it. */
interface RoundRecord {
  /** SHA-256 of what the round was asked. */
  readonly asked: string;
  readonly sums: readonly string[];
  readonly loss?: number | undefined;
  readonly questions?: number | undefined;
}

/** Puts the parts of a set into the memory of workers, and gives sums over them. */
export async function openTraining(
  backbone: Backbone,
  options: TrainingOptions,
): Promise<ClusterTraining> {
  const { storage } = backbone;
  const { id, engine = 'onnxruntime', tileRows } = options;
  assertRunId(id, 'training');
  const set = await readTrainingSet(storage, options.set);
  const { models, dimensions, labelCounts } = set;
  const M = models.length;
  const folder = trainingFolder(id);
  // Before the parts: who holds one without a coordinator lets go of it.
  const lease = await RunLease.take(backbone, folder, set.fingerprint);
  await writeJson(storage, `${folder}models.json`, { models });
  const parts = new PartRounds({ backbone, folder, id, set, engine, tileRows });
  const timer = setInterval(() => void notice(backbone, set, parts), LOOK_MS);
  const unwatch = watchWorkers(backbone, () => true);
  const rounds = { replayed: 0, computed: 0 };
  let next = 1;

  /** The sums of a round: of storage where it is done, else of the workers. */
  async function round(
    name: string,
    asked: Uint8Array,
    length: number,
    signal: AbortSignal | undefined,
  ): Promise<{ numbers: Float64Array; record: RoundRecord }> {
    const key = `${folder}rounds/${name}.json`;
    const digest = createHash('sha256').update(set.fingerprint).update(asked).digest('hex');
    let record: RoundRecord;
    if ((await storage.size(key, { signal })) !== undefined) {
      record = await readJson(storage, key, { what: 'a round', lists: ['sums'], signal });
      if (record.asked !== digest) {
        throw new EmbedLLMError(
          `The training ${id} in ${storage.address} has rounds of other data or settings. Use another id, or delete ${folder}.`,
          { code: 'invalid-argument' },
        );
      }
      rounds.replayed++;
    } else {
      const kind = name === 'moments' ? 'moments' : 'gradient';
      const { sums, results } = await parts.sum({ name, kind, asked, length, signal });
      const loss = results.reduce((sum, result) => sum + (result.loss ?? 0), 0);
      const questions = results.reduce((sum, result) => sum + (result.questions ?? 0), 0);
      record = { asked: digest, sums, ...(kind === 'moments' ? { questions } : { loss }) };
      await writeJson(storage, key, record, signal);
      rounds.computed++;
      parts.sweep(name);
    }
    return { numbers: await parts.read(record.sums, length, signal), record };
  }

  const shard = {
    dimensions,
    modelCount: M,
    labelCounts: Float64Array.from(labelCounts),
    async moments({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<ShardMoments> {
      const length = momentsLength(dimensions);
      const { numbers, record } = await round('moments', new Uint8Array(), length, signal);
      return momentsOf(numbers, dimensions, record.questions ?? 0);
    },
    async gradient(
      parameters: LinearParameters,
      { signal }: { signal?: AbortSignal | undefined } = {},
    ): Promise<ShardGradient> {
      const asked = parametersToBytes(parameters);
      const name = String(next).padStart(5, '0');
      const length = gradientLength(M, dimensions);
      const { numbers, record } = await round(name, asked, length, signal);
      next++;
      return gradientOf(numbers, M, record.loss ?? 0);
    },
  };
  const close = async (): Promise<void> => {
    clearInterval(timer);
    unwatch();
    await Promise.all([parts.close(), lease.end()]);
  };
  return {
    ...{ models, shards: [shard], concurrency: 1, fingerprint: set.fingerprint, rounds, close },
    async finish() {
      await close();
      await deletePrefix(storage, folder);
    },
  };
}

/** Says what is missing for the parts to be held. */
async function notice(backbone: Backbone, set: TrainingSet, parts: PartRounds): Promise<void> {
  const { onNotice } = backbone;
  try {
    const workers = (await listWorkers(backbone)).filter(({ version }) => version === VERSION);
    if (workers.length === 0) return;
    const held = new Set(workers.flatMap((worker) => worker.parts));
    const missing = set.parts.filter((_, index) => !held.has(parts.nameOf(index))).length;
    if (missing === 0) return;
    const free = workers.reduce((sum, worker) => sum + worker.memoryBytes - worker.heldBytes, 0);
    onNotice(
      `${missing} of ${quantity(set.parts.length, 'part')} are waiting for a worker. A part takes up to ${megabytes(parts.needBytes)}; ${megabytes(free)} are free on ${quantity(workers.length, 'worker')}.`,
    );
  } catch (error) {
    onNotice(`Redis does not answer: ${reasonOf(error)}`);
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
