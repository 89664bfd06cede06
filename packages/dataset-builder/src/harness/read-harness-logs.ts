import { checkObject } from '@embedllm/internals';
import { datasetOfRuns } from '../runs/collected-runs.js';
import type { LogSource } from '../runs/log-source.js';
import { collectHarnessRuns } from './collect-harness-runs.js';
import type { ReadHarnessLogsOptions } from './harness-logs-options.js';
import type { HarnessDataset } from './harness-report.js';

/**
 * Reads the logs of EleutherAI's lm-evaluation-harness, as `lm_eval --log_samples --output_path`
 * writes them: `samples_<task>_<date>.jsonl` with `results_<date>.json` next to them, in a folder
 * for each model, at any depth; also under the names of lm_eval 0.4.0 to 0.4.2 and of the Open LLM
 * Leaderboard in June 2024. Files are streamed; memory holds each question's text once and 9
 * bytes for each question and model.
 *
 * A question is identified by its task and `doc_hash`, the hash of its document, so that the same
 * document in two tasks (TruthfulQA as mc1 and mc2, say) is two questions. Its text is that of the
 * run that was read first, see `HarnessSampleOptions.prompt`.
 *
 * The mean length of a model's generated answers is in its metadata as `meanOutputChars`.
 *
 * @param source - A directory, a file of samples, several, or what `detectEvaluationSources` found. The
 * results files next to files of samples are read with them.
 * @returns questions, models and their correctness, shape [Q, M], with a report.
 * @throws DataError with file, row (line) and field: `io` when a file is missing,
 * `conflicting-labels` when one run labels a question twice and differently, `invalid-data` on
 * anything else that is malformed or cut off. What only the caller can decide is said all at once,
 * with the options that decide it (`error.options`).
 * @throws EmbedLLMError `invalid-argument` on options out of range.
 *
 * @example
 * const { questions, models, correctness, report } = await readHarnessLogs('logs', {
 *   filter: ['strict-match', 'none'],
 *   category: 'group',
 * });
 * for (const run of report.runs) console.log(run.model, run.task, run.labels);
 */
export async function readHarnessLogs(
  source: LogSource,
  options: ReadHarnessLogsOptions = {},
): Promise<HarnessDataset> {
  return datasetOfRuns(await collectHarnessRuns(source, checkObject('options', options)));
}
