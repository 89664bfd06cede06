import { createHash } from 'node:crypto';
import { connectCluster, partsOf, writeTrainingSet } from '@embedllm/cluster';
import { fingerprintTrainingData, type LabelledSet, type ShardedSet } from '@embedllm/trainer';
import { clusterSettings } from '../../inputs/cluster-settings.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { TrainOptions } from './options.js';

/** Parts of a training set unless the command says how many. */
const PARTS = 8;

/** Training questions in the memory of workers. */
export interface ClusterSet {
  readonly train: ShardedSet;
  /** Lets workers forget them; when training is done, also deletes what storage has of it. */
  close(isDone: boolean): Promise<void>;
}

/** Has workers load the training questions. A run that was stopped resumes with the same command. */
export async function trainOnCluster(
  context: Context,
  options: TrainOptions,
  set: LabelledSet,
): Promise<ClusterSet> {
  const { engine = 'onnxruntime', parts = PARTS, categories } = options;
  if (categories !== 'never') {
    throw new UsageError('--categories cannot be used with --cluster. Remove one of them.');
  }
  if (engine === 'tfjs') throw new UsageError('--engine tfjs cannot be used with --cluster.');
  const settings = await clusterSettings(context, options);
  const { storage } = settings;
  const cluster = await connectCluster(settings);
  try {
    const fingerprint = await fingerprintTrainingData(set);
    const { ridges, poolings, ranks } = options;
    const asked = JSON.stringify([fingerprint, parts, engine, ridges, poolings, ranks]);
    const id = createHash('sha256').update(asked).digest('hex').slice(0, 16);
    // Deleted with the rounds.
    const prefix = `trainings/${id}/set/`;
    const count = Math.min(parts, set.embeddings.rows);
    const { signal } = context;
    await writeTrainingSet({ storage, prefix, parts: partsOf(set, count), signal });
    const train = await cluster.training({ set: prefix, id, engine });
    context.resumeHint = `Finished rounds are in ${storage.address}; run the same command again to resume.`;
    return {
      // The artifact says which data it is of, however they were cut.
      train: { ...train, fingerprint },
      async close(isDone) {
        if (isDone) {
          await train.finish();
          context.resumeHint = undefined;
        } else await train.close();
        await cluster.close();
        await storage.close();
      },
    };
  } catch (error) {
    await cluster.close();
    await storage.close();
    throw error;
  }
}
