import { requireColumn } from '../csv/columns.js';
import { messageOf } from '../files/read-error.js';
import type { CheckedFile } from './check-file.js';
import { readHeader } from './csv-head.js';
import { type CsvStaging, explainCsv } from './explain-csv.js';
import { literal } from './sql-text.js';
import { StageAgain, type StagingSource, scoreOfText, stageQuestions } from './staging.js';
import { mappedColumns, modelColumns, type WideTable } from './table-mapping.js';

/** Longest record accepted, in bytes. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** DuckDB's own limit: larger ones make its buffers so large that reading takes five times as long. */
const USUAL_RECORD_BYTES = 2_000_000;

/** How a wide CSV file is read. */
export interface WideCsvStaging extends CsvStaging {
  readonly mapping: WideTable;
}

/** Stages a wide CSV file through DuckDB's parallel reader, all columns as text. */
export async function stageWideCsv(
  checked: CheckedFile,
  staging: WideCsvStaging,
): Promise<StagingSource> {
  const { columns, ...header } = await readHeader(checked.file);
  for (const name of mappedColumns(staging.mapping)) requireColumn({ ...header, columns }, name);
  return wideSource(checked, staging, columns, USUAL_RECORD_BYTES);
}

function wideSource(
  checked: CheckedFile,
  staging: WideCsvStaging,
  columns: readonly string[],
  maxRecordBytes: number,
): StagingSource {
  const { file } = checked;
  const { mapping } = staging;
  // Columns are numbered, so that no name of a file is ever a part of a statement.
  const column = (name: string): string => `c${columns.indexOf(name)}`;
  const optional = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : column(name);
  const types = columns.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ');
  const relation = `read_csv(${literal(file)}, auto_detect = false, header = true,
    columns = {${types}}, delim = ',', quote = '"', escape = '"', strict_mode = true,
    null_padding = false, ignore_errors = false, max_line_size = ${maxRecordBytes},
    compression = ${checked.gzip ? "'gzip'" : "'none'"})`;
  const question = `coalesce(${column(mapping.question)}, '')`;
  const cells = modelColumns(mapping, columns).map(
    (name) => `{'model': ${literal(name)}, 'raw': ${column(name)}}`,
  );
  return {
    coded: false,
    async stage(session) {
      try {
        await session.run(
          `INSERT INTO staged
            SELECT question, cell.model, ${scoreOfText('cell.raw', staging.strictLabels)}, NULL
            FROM (SELECT ${question} AS question, unnest([${cells.join(', ')}]) AS cell
              FROM ${relation})
            WHERE cell.raw IS NOT NULL AND cell.raw <> ''`,
        );
        await stageQuestions(session, {
          relation,
          question,
          category: optional(mapping.category),
          prompt: optional(mapping.prompt),
        });
        return { mayRepeat: true };
      } catch (cause) {
        staging.signal?.throwIfAborted();
        const tooLong = /maximum line size|max_line_size/i.test(messageOf(cause));
        if (tooLong && maxRecordBytes < MAX_RECORD_BYTES) {
          throw new StageAgain(wideSource(checked, staging, columns, MAX_RECORD_BYTES));
        }
        const said = messageOf(cause).split('\n', 1)[0] ?? '';
        const message = `${said} Do some lines end in CRLF and others in LF?`;
        throw await explainCsv(file, staging, { kind: 'unreadable', message, cause });
      }
    },
    explain: (problem) => explainCsv(file, staging, problem),
  };
}
