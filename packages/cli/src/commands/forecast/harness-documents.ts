import { stat } from 'node:fs/promises';
import { DataError } from '@embedllm/core';
import {
  detectEvaluationSources,
  readHarnessLogs,
  readHarnessSamples,
} from '@embedllm/dataset-builder';
import type { HarnessDocument } from '@embedllm/forecaster';
import { harnessLogsAt } from '../../inputs/harness-logs.js';
import { harnessOptions, type LogSettings } from '../../inputs/log-settings.js';
import type { Context } from '../../program/context.js';

/**
 * Where lm-evaluation-harness finds each question that its logs know: task and number of the
 * document.
 *
 * @param path - A folder of logs, at any depth, or one `samples_*.jsonl` file.
 */
export async function readHarnessDocuments(
  context: Context,
  path: string,
  options: LogSettings,
): Promise<Map<string, HarnessDocument>> {
  const documents = new Map<string, HarnessDocument>();
  const { signal } = context;
  // Which question it is does not depend on what counts as correct.
  const reading = { ...harnessOptions(options), threshold: options.threshold ?? 1, signal };
  const { report } = await readHarnessLogs(await logsAt(context, context.path(path)), reading);
  for (const { file, task, variant } of report.runs) {
    for await (const { docHash, docId } of readHarnessSamples(file, { ...reading, task })) {
      documents.set(`${variant}/${docHash}`, { task, docId });
    }
  }
  return documents;
}

async function logsAt({ signal }: Context, path: string): Promise<string | readonly string[]> {
  const sources = await detectEvaluationSources(path, { signal });
  const isLogs = sources.some((source) => source.kind === 'harness');
  if (!isLogs && (await stat(path)).isDirectory()) {
    throw new DataError('The folder holds no samples_*.jsonl.', { file: path });
  }
  return harnessLogsAt(path);
}
