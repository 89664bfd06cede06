import {
  advice,
  EmbedLLMError,
  type EvaluationDataset,
  type Matrix,
  namedOption,
  type QuestionSplit,
} from '@embedllm/core';
import type { ImportReport } from '../embedllm/import-report.js';
import { readEmbedLLM } from '../embedllm/read-embedllm.js';
import { readEvaluationFolder } from '../folder/read-evaluation-folder.js';
import type { HarnessRunReport } from '../harness/harness-report.js';
import { readHarnessLogs } from '../harness/read-harness-logs.js';
import type { InspectRunReport } from '../inspect/inspect-report.js';
import { readInspectLogs } from '../inspect/read-inspect-logs.js';
import type { LogsReport } from '../runs/logs-report.js';
import { readTables } from '../tables/read-tables.js';
import type { EvaluationFormat, ReadEvaluationsOptions } from './evaluation-options.js';
import { describeSources, type EvaluationsReport } from './evaluations-report.js';
import { type FoundSource, joinLogs, type ReadingOptions, withSources } from './find-sources.js';

/** A dataset, with all that its files say. */
export interface Evaluations extends EvaluationDataset, EvaluationsReport {
  readonly report: ImportReport;
  /** The split that came with the records. */
  readonly split: QuestionSplit | undefined;
  /** Embeddings of the questions that came with the records, shape [Q, D]. */
  readonly embeddings: Matrix | undefined;
}

/**
 * Reads evaluation records of any kind into one dataset: folders of EmbedLLM's tables, its CSV, logs
 * of lm-evaluation-harness and Inspect, tables of any columns, results of promptfoo and the like, and archives
 * (.zip, .tar, .tar.gz) of these. What is at each path is found out as `detectEvaluationSources` does.
 *
 * Records of one kind are read as their own reader reads them, logs of several folders as if they were
 * in one. Several kinds together, several folders of tables and `scores: 'keep'` go through a store in a temporary folder and need
 * `@duckdb/node-api`.
 *
 * @returns questions, models and their correctness, shape [Q, M], with a report, and the split and
 * embeddings of a folder that has them.
 * @throws DataError with file, row and field, as the readers do; where nothing known is at a path.
 * @throws EmbedLLMError `invalid-argument` on options out of range, or that hold for none of what was
 * found; `missing-dependency` where DuckDB is needed.
 *
 * @example
 * const { questions, models, correctness, report } = await readEvaluations(['logs', 'judged.csv']);
 * console.log(`${report.labels} labels of ${models.length} models`);
 */
export function readEvaluations(
  paths: string | readonly string[],
  options: ReadEvaluationsOptions = {},
): Promise<Evaluations> {
  return withSources(paths, options, async (sources, reading) => {
    const none = { split: undefined, embeddings: undefined, tables: [], imports: [] };
    const { logs = [], ...found } = await read(sources, reading);
    return { ...none, ...found, logs, ...describeSources(sources, logs) };
  });
}

/** What differs by the kind of records. */
type Read = EvaluationDataset & Pick<Evaluations, 'report'> & Partial<Evaluations>;

async function read(sources: readonly FoundSource[], options: ReadingOptions): Promise<Read> {
  const { onConflict = 'refuse' } = options;
  const paths = sources.map(({ path }) => path);
  const [only, ...others] = joinLogs(sources);
  const isAll = (...formats: EvaluationFormat[]): boolean =>
    sources.every(({ format }) => formats.includes(format));
  if (options.scores !== 'keep') {
    if (isAll('embedllm') && onConflict === 'refuse') {
      return readEmbedLLM({ ...options, responses: paths });
    }
    if (isAll('table', 'embedllm')) return readTables(paths, options);
    if (only !== undefined && others.length === 0) {
      const { path, format, logs: found } = only;
      const logs = found ?? path;
      if (format === 'folder') {
        if (onConflict !== 'refuse') {
          throw new EmbedLLMError(
            advice`${namedOption('onConflict')} does not apply to a folder of EmbedLLM tables, which has its own split. Name its files instead of ${path}, or remove the option.`,
            { code: 'invalid-argument' },
          );
        }
        return readEvaluationFolder(path, options);
      }
      if (format === 'harness') return withLogs(await readHarnessLogs(logs, options));
      if (format === 'inspect') {
        const category = options.category === 'group' ? 'dataset' : options.category;
        return withLogs(await readInspectLogs(logs, { ...options, category }));
      }
    }
  }
  const { readThroughStore } = await import('./read-through-store.js');
  return readThroughStore(sources, options);
}

function withLogs<
  Dataset extends {
    readonly report: ImportReport & LogsReport<HarnessRunReport | InspectRunReport>;
  },
>(dataset: Dataset): Dataset & Pick<Evaluations, 'logs'> {
  return { ...dataset, logs: [dataset.report] };
}
