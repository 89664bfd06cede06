import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DataError } from '@embedllm/core';
import { readHarnessSamples } from '@embedllm/dataset-builder';
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
  for (const file of await sampleFiles(context.path(path))) {
    const samples = readHarnessSamples(file, { ...options, signal: context.signal });
    for await (const { questionId, task, docId } of samples) {
      documents.set(questionId, { task, docId });
    }
  }
  return documents;
}

async function sampleFiles(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    (cause: unknown) => {
      throw new DataError(
        'There is no such file or folder.',
        { file: path },
        { code: 'io', cause },
      );
    },
  );
  if (!isFolder) return [path];
  const files = (await readdir(path, { recursive: true })).sort();
  const samples = files.filter((file) => /^samples_.+\.jsonl(\.gz)?$/.test(basename(file)));
  if (samples.length > 0) return samples.map((file) => join(path, file));
  throw new DataError('The folder holds no samples_*.jsonl.', { file: path });
}
