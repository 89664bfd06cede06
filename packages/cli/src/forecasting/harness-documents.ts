import { stat } from 'node:fs/promises';
import { DataError } from '@embedllm/core';
import { detectEvaluationSources, readHarnessSamples } from '@embedllm/dataset-builder';
import type { HarnessDocument } from '@embedllm/forecaster';
import type { LogOptions } from '../data/model-answers.js';
import type { Context } from '../program/context.js';

/**
 * Where lm-evaluation-harness finds each question that its logs know: task and number of the
 * document.
 *
 * @param path - A folder of logs, at any depth, or one `samples_*.jsonl` file.
 */
export async function readHarnessDocuments(
  context: Context,
  path: string,
  options: LogOptions,
): Promise<Map<string, HarnessDocument>> {
  const documents = new Map<string, HarnessDocument>();
  for (const file of await sampleFiles(context, context.path(path))) {
    const { filter, metric, threshold } = options;
    const samples = readHarnessSamples(file, { filter, metric, threshold, signal: context.signal });
    for await (const { questionId, task, docId } of samples) {
      documents.set(questionId, { task, docId });
    }
  }
  return documents;
}

async function sampleFiles({ signal }: Context, path: string): Promise<readonly string[]> {
  const sources = await detectEvaluationSources(path, { signal });
  const logs = sources.find((source) => source.kind === 'harness');
  if (logs !== undefined) return logs.files;
  if ((await stat(path)).isFile()) return [path];
  throw new DataError('The folder holds no samples_*.jsonl.', { file: path });
}
