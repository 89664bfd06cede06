import { readHarnessLogs, readHarnessSamples } from '@embedllm/dataset-builder';
import type { HarnessDocument } from '@embedllm/forecaster';
import { type ReadingFlags, readingOptions } from '../../inputs/reading-options.js';
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
  options: ReadingFlags,
): Promise<Map<string, HarnessDocument>> {
  const documents = new Map<string, HarnessDocument>();
  // Which question it is does not depend on what counts as correct.
  const { onProgress: _, ...flags } = readingOptions(context, options);
  const reading = { ...flags, threshold: options.threshold ?? 1 };
  const { report } = await readHarnessLogs(context.path(path), reading);
  for (const { file, task, variant } of report.runs) {
    for await (const { docHash, docId } of readHarnessSamples(file, { ...reading, task })) {
      documents.set(`${variant}/${docHash}`, { task, docId });
    }
  }
  return documents;
}
