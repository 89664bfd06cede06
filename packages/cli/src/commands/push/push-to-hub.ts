import { fromPretrained } from '@embedllm/core/node';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { type PushedRepository, pushRepository } from '@embedllm/dataset-builder/hub';
import { quantity } from '@embedllm/internals';
import type { Context } from '../../program/context.js';
import type { PushCommandOptions } from './options.js';

/** Uploads an artifact or a dataset, after reading it to see that it is whole. */
export async function pushToHub(
  context: Context,
  options: PushCommandOptions,
  repo: string,
): Promise<{ summary: PushedRepository; text: string }> {
  const { dataset, branch, message, create } = options;
  const { signal, io } = context;
  const directory = context.path(dataset ?? options.artifact);
  if (dataset === undefined) await fromPretrained(directory, { signal });
  else await readEvaluationFolder(directory, { signal });
  const task = context.progress.start('Uploading');
  context.resumeHint = 'The repository is unchanged.';
  const pushed = await pushRepository({
    repo,
    directory,
    type: dataset === undefined ? 'model' : 'dataset',
    branch,
    message,
    create,
    visibility: options.public === true ? 'public' : 'private',
    environment: io.env,
    signal,
    onProgress: task.onProgress,
  });
  task.end();
  return {
    summary: pushed,
    text: `${pushed.url}: ${quantity(pushed.files.length, 'file')}, commit ${pushed.commit}`,
  };
}
