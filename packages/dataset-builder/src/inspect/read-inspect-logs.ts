import { checkObject } from '@embedllm/internals';
import { datasetOfRuns } from '../runs/collected-runs.js';
import type { LogSource } from '../runs/log-source.js';
import { collectInspectRuns } from './collect-inspect-runs.js';
import type { ReadInspectLogsOptions } from './inspect-logs-options.js';
import type { InspectDataset } from './inspect-report.js';

/**
 * Reads logs of Inspect (inspect_ai of the UK AI Security Institute): `.eval` archives and `.json`,
 * plain or gzip, of its log format version 2 (`EvalLog` in `inspect_ai/log/_log.py`), and of version
 * 1 where it is the same. Logs are streamed, sample by sample; memory holds one sample, and each
 * question's text and score.
 *
 * A question is a task and the id of its sample. Scores are read as Inspect's `value_to_float`
 * reads them: `C` 1, `P` 0.5, `I` and `N` 0. Samples that have no score, by an error or because the
 * scorer gave none, and samples that were declared invalid are left out and counted.
 *
 * The mean length of a model's answers is its `meanOutputTokens` where logs count tokens, else in its
 * metadata as `meanOutputChars`.
 *
 * @param source - A directory, a log, several, or what `detectEvaluationSources` found.
 * @returns questions, models and their correctness, shape [Q, M], with a report.
 * @throws DataError with file, row (line, of `.json`) and field: `io` when a file is missing,
 * `unsupported-version` for a newer format, `invalid-data` on anything else that is malformed or
 * cut off. What only the caller can decide is said all at once, with the options that decide it
 * (`error.options`).
 * @throws EmbedLLMError `invalid-argument` on options out of range.
 *
 * @example
 * const { questions, models, correctness, report } = await readInspectLogs('inspect-logs', {
 *   scorer: ['match', 'choice'],
 * });
 * for (const run of report.runs) console.log(run.model, run.task, run.labels, run.unscored);
 */
export async function readInspectLogs(
  source: LogSource,
  options: ReadInspectLogsOptions = {},
): Promise<InspectDataset> {
  return datasetOfRuns(await collectInspectRuns(source, checkObject('options', options)));
}
