import { advice, EmbedLLMError, namedOption, type Progress } from '@embedllm/core';
import type { ReadHarnessLogsOptions } from '../harness/harness-logs-options.js';
import type { ReadInspectLogsOptions } from '../inspect/inspect-logs-options.js';
import type { ReadTablesOptions } from '../tables/read-tables.js';

/** How evaluation records are read: as a folder of EmbedLLM's tables, its CSV, logs, or other tables. */
export type EvaluationFormat = 'folder' | 'embedllm' | 'harness' | 'inspect' | 'table';

type Shared = 'category' | 'modelName' | 'onProgress';

/** Options of `readEvaluations` and `importEvaluations`: those of all readers, by the same names. */
export interface ReadEvaluationsOptions
  extends Omit<ReadHarnessLogsOptions, Shared>,
    Omit<ReadInspectLogsOptions, Shared>,
    Omit<ReadTablesOptions, Shared> {
  /**
   * What the files are. A folder with tables of EmbedLLM is read as such whatever this says.
   *
   * @default what each path looks like, see `detectEvaluationSources`
   */
  readonly format?: Exclude<EvaluationFormat, 'folder'> | undefined;
  /**
   * The category of a logged question: its task or the outermost group of its task; with Inspect,
   * which has no groups, its dataset.
   *
   * @default 'task'
   */
  readonly category?: 'task' | 'group' | undefined;
  /** Names for the models of logs, by file or pattern. @default what the logs say */
  readonly modelName?: Readonly<Record<string, string>> | undefined;
  /**
   * Whether a store keeps graded scores of logs, or labels. `keep` needs `@duckdb/node-api`.
   *
   * @default 'label'
   */
  readonly scores?: 'label' | 'keep' | undefined;
  /** Called with bytes while files are unpacked, read, checked or imported. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const OF_LOGS = [
  ...(['category', 'categories', 'modelName', 'tasks', 'skipTasks', 'skipFiles'] as const),
  ...(['runs', 'variants', 'incomplete', 'scores'] as const),
];

/** Options that say what the columns of a table mean. */
const OF_TABLES = [
  ...(['questionColumn', 'promptColumn', 'categoryColumn', 'modelColumn', 'scoreColumn'] as const),
  ...(['modelColumns', 'model', 'separator', 'scale'] as const),
];

/** Options that hold for some formats alone. */
const OPTIONS_OF_FORMATS: readonly {
  readonly options: readonly (keyof ReadEvaluationsOptions)[];
  readonly formats: readonly EvaluationFormat[];
  readonly what: string;
}[] = [
  { options: OF_TABLES, formats: ['table'], what: 'custom tables' },
  { options: ['filter', 'metric'], formats: ['harness'], what: 'lm-evaluation-harness logs' },
  {
    options: ['scorer', 'value', 'epochs', 'questionId'],
    formats: ['inspect'],
    what: 'Inspect logs',
  },
  { options: OF_LOGS, formats: ['harness', 'inspect'], what: 'logs' },
];

/** Whether options say what the columns of a table mean. */
export function describesTable(options: ReadEvaluationsOptions): boolean {
  return OF_TABLES.some((name) => options[name] !== undefined);
}

/**
 * Refuses options that hold for none of the formats that are read, rather than to ignore them.
 *
 * @throws EmbedLLMError `invalid-argument`.
 */
export function assertOptionsUsed(
  options: ReadEvaluationsOptions,
  formats: readonly EvaluationFormat[],
): void {
  for (const { options: names, formats: takers, what } of OPTIONS_OF_FORMATS) {
    const name = names.find((option) => options[option] !== undefined);
    if (name === undefined || takers.some((format) => formats.includes(format))) continue;
    const hint = takers.includes('table') ? advice`, or add ${namedOption('format', 'table')}` : '';
    throw new EmbedLLMError(
      advice`${namedOption(name)} applies only to ${what}, and none of the sources is one. Remove it${hint}.`,
      { code: 'invalid-argument' },
    );
  }
}
