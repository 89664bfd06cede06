import { connectCluster } from '@embedllm/cluster';
import { quantity } from '@embedllm/internals';
import { encoderRecord } from '@embedllm/question-encoder';
import { clusterSettings } from '../../inputs/cluster-settings.js';
import { createEncoder } from '../../inputs/create-encoder.js';
import { chooseEncoder } from '../../inputs/encode-dataset.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { EncodeCommandOptions } from './options.js';

/** Encodes texts in storage to vectors in storage, on the workers of a cluster. */
export async function encodeStored(
  context: Context,
  options: EncodeCommandOptions,
  texts: string,
): Promise<void> {
  const { output, column, idColumn, seed } = options;
  if (output === undefined) {
    throw new UsageError('--texts needs --output: the path in the storage for the vectors.');
  }
  const { settings } = chooseEncoder(context, options);
  if ('kind' in settings && settings.kind.startsWith('lsa')) {
    throw new UsageError(
      'lsa is fitted on the training questions of a dataset, and --texts has none. Use another --encoder.',
    );
  }
  const encoder = await createEncoder(context, { settings, trainingTexts: [], seed });
  const place = await clusterSettings(context, options);
  const cluster = await connectCluster(place);
  const task = context.progress.start('Encoding');
  const { address } = place.storage;
  context.resumeHint = `Finished vectors are in ${address}; run the same command again to resume.`;
  try {
    const { rows, parts } = await cluster.encode({
      ...{ texts, output, column, idColumn, encoder: encoderRecord(encoder) },
      ...{ signal: context.signal, onProgress: task.onProgress },
    });
    context.resumeHint = undefined;
    const { id, dimensions } = encoder;
    context.result(
      { output, storage: address, rows, parts: parts.length, encoder: { id, dimensions } },
      () =>
        `${output} in ${address}: ${quantity(rows, 'vector')} of ${id}, length ${dimensions}, in ${quantity(parts.length, 'part')}`,
    );
  } finally {
    task.end();
    await cluster.close();
    await place.storage.close();
  }
}
