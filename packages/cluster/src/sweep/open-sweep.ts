import { createHash } from 'node:crypto';
import type { CorrectnessMatrix, FactorizationModel, Matrix } from '@embedllm/core';
import type { CheckedForecast, CheckFolds } from '@embedllm/forecaster';
import type { EngineKind, LabelledSet } from '@embedllm/trainer';
import type { Backbone } from '../connection/backbone.js';
import { notForLong } from '../connection/not-for-long.js';
import { assertRunId } from '../jobs/assert-run-id.js';
import { JobBoard } from '../jobs/job-board.js';
import { SWEEP_QUEUE } from '../jobs/queues.js';
import { RunLease } from '../jobs/run-lease.js';
import { deletePrefix } from '../storage/delete-prefix.js';
import { watchWorkers } from '../worker/watch-workers.js';
import { factorizationModel, packObject, plainSet, unpackObject } from './packed-object.js';
import type { SweepJob, SweepSettings } from './sweep-jobs.js';

/** What `Cluster.sweep` takes. */
export interface SweepOptions {
  /**
   * Names the sweep: letters, digits, `-` and `_`. One that is started again under the same name takes
   * what is done from storage.
   */
  readonly id: string;
  /** Where products of trainings run. @default 'onnxruntime' */
  readonly engine?: EngineKind | undefined;
  /** Of all trainings. @default those of `trainDirect` */
  readonly settings?: SweepSettings | undefined;
}

/** A training that a probe asks for: `TrainingRequest` of `@embedllm/probes`. */
export interface SweepTraining {
  /** Shape [q, D]. */
  readonly embeddings: Matrix;
  /** Labels of shape [q, m]. */
  readonly correctness: CorrectnessMatrix;
  readonly validation: LabelledSet | undefined;
  /** The only number of factors to try. @default those of the settings */
  readonly dimensions?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Trainings and checks that workers do, for functions that take them. */
export interface ClusterSweep {
  /**
   * Trains by the direct solver, on a worker: give it as `train` to the probes, with a `concurrency`.
   * The model is bit-identical to `trainDirect` here, with the same engine and kind of processor.
   */
  readonly train: (request: SweepTraining) => Promise<FactorizationModel>;
  /** Forecasts models that are left out, a fold on each worker: give it to `fitItemResponse`. */
  readonly checkFolds: CheckFolds;
  /** Disconnects. What is done stays in storage, so that the sweep can be continued. */
  close(): Promise<void>;
  /** Disconnects, and deletes what storage has of the sweep. */
  finish(): Promise<void>;
}

/** Opens a sweep. */
export function openSweep(backbone: Backbone, options: SweepOptions): ClusterSweep {
  const { storage, redis } = backbone;
  const { id, engine = 'onnxruntime', settings = {} } = options;
  assertRunId(id, 'sweep');
  const folder = `sweeps/${id}/`;
  const board = new JobBoard(backbone, SWEEP_QUEUE);
  const lease = RunLease.take(backbone, folder, id);
  // Whoever asks for a step hears of it.
  lease.catch(() => {});
  const unwatch = watchWorkers(backbone, () => board.size > 0);
  /** Objects that are there or on their way. */
  const stored = new Map<string, Promise<void>>();

  const store = async (value: unknown, signal: AbortSignal | undefined): Promise<string> => {
    const bytes = packObject(value);
    const key = `${folder}data-${hashOf(bytes)}`;
    let writing = stored.get(key);
    if (!writing) {
      writing = (async () => {
        if ((await storage.size(key, { signal })) !== bytes.length)
          await storage.put(key, bytes, { signal });
      })();
      stored.set(key, writing);
      writing.catch(() => stored.delete(key));
    }
    await writing;
    return key;
  };
  const run = async <T>(
    asked: DistributiveOmit<SweepJob, 'output'>,
    signal: AbortSignal | undefined,
  ): Promise<T> => {
    await lease;
    const hash = hashOf(Buffer.from(JSON.stringify(asked)));
    const output = `${folder}result-${hash}`;
    await board.run(`${id}-${hash}`, { ...asked, output }, signal);
    return unpackObject<T>(await storage.get(output, { signal }));
  };
  const close = async (): Promise<void> => {
    unwatch();
    await Promise.all([
      board.close(),
      notForLong(
        redis,
        lease.then((held) => held.end()),
      ),
    ]);
  };
  return {
    async train({ embeddings, correctness, validation, dimensions, signal }) {
      const train = await store(plainSet({ embeddings, correctness }), signal);
      const held = validation && (await store(plainSet(validation), signal));
      const ranks = dimensions === undefined ? settings.ranks : [dimensions];
      return factorizationModel(
        await run(
          { kind: 'train', train, validation: held, settings: { ...settings, ranks }, engine },
          signal,
        ),
      );
    },
    async checkFolds(pool, folds, { signal, onDone }) {
      const key = await store(pool, signal);
      return Promise.all(
        folds.map(async (fold) => {
          const job = { kind: 'fold' as const, pool: key, fold: await store(fold, signal) };
          const checked = await run<CheckedForecast[]>(job, signal);
          onDone();
          return checked;
        }),
      );
    },
    close,
    async finish() {
      await close();
      await deletePrefix(storage, folder);
    },
  };
}

type DistributiveOmit<T, Name extends PropertyKey> = T extends unknown ? Omit<T, Name> : never;

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
