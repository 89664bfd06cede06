import { fromPretrained } from '@embedllm/core/node';
import { type PulledRepository, pullRepository } from '@embedllm/dataset-builder/hub';
import { quantity, reasonOf } from '@embedllm/internals';
import type { Context } from '../../program/context.js';
import type { PullCommandOptions } from './options.js';

/** What was downloaded; plain JSON. */
export interface PullSummary extends PulledRepository {
  /** Models of the artifact; left out where the repository holds none that can be read. */
  readonly models?: number;
}

/** Downloads a repository into a folder, and reads the artifact in it where it is a model's. */
export async function pullFromHub(
  context: Context,
  options: PullCommandOptions,
  repo: string,
): Promise<{ summary: PullSummary; text: string }> {
  const { type, revision, files, offline } = options;
  const directory = context.path(options.output ?? repo.split('/').at(-1) ?? repo);
  const task = context.progress.start('Downloading');
  context.resumeHint = 'Completed downloads are cached; run the same command again to resume.';
  const pulled = await pullRepository({
    repo,
    type,
    revision,
    files,
    offline,
    directory,
    environment: context.io.env,
    signal: context.signal,
    onProgress: task.onProgress,
  });
  task.end();
  const text = `${directory}: ${quantity(pulled.files.length, 'file')} of ${repo}, commit ${pulled.commit}`;
  if (type === 'dataset') return { summary: pulled, text };
  const models = await countModels(context, directory);
  return models === undefined
    ? { summary: pulled, text }
    : {
        summary: { ...pulled, models },
        text: `${text}\nArtifact of ${quantity(models, 'model')}.`,
      };
}

async function countModels(context: Context, directory: string): Promise<number | undefined> {
  try {
    const { model } = await fromPretrained(directory, { signal: context.signal });
    return model.models.length;
  } catch (error) {
    context.signal.throwIfAborted();
    const reason = reasonOf(error);
    context.warn(`The download is not a valid artifact. ${reason}`);
    return undefined;
  }
}
