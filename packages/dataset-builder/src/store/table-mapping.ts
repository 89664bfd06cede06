import { EmbedLLMError } from '@embedllm/core';
import { checkObject, checkString } from '@embedllm/internals';

/** Columns of a table with a row for each question and model. */
export interface LongTable {
  readonly layout?: 'long' | undefined;
  /** Column of the question's id. */
  readonly question: string;
  /** Column of the model's name. */
  readonly model: string;
  /** Column of the score: 0 to 1, true or false, yes or no; empty where a model was not asked. */
  readonly score: string;
  /** Column of the question's category. @default none */
  readonly category?: string | undefined;
  /** Column of the question's text. @default none */
  readonly prompt?: string | undefined;
}

/** Columns of a table with a row for each question and a column of scores for each model. */
export interface WideTable {
  readonly layout: 'wide';
  /** Column of the question's id. */
  readonly question: string;
  /** Columns of scores, named after the models; an empty field is not a response. @default all others */
  readonly models?: readonly string[] | undefined;
  /** Column of the question's category. @default none */
  readonly category?: string | undefined;
  /** Column of the question's text. @default none */
  readonly prompt?: string | undefined;
}

/** Which column of a table means what. */
export type TableMapping = LongTable | WideTable;

/** File formats of tables. */
export type TableFormat = 'csv' | 'jsonl' | 'json' | 'parquet';

/** The columns that a mapping names, each once. */
export function mappedColumns(mapping: TableMapping): readonly string[] {
  checkString('mapping.question', checkObject('mapping', mapping).question);
  if (mapping.layout !== 'wide') {
    checkString('mapping.model', mapping.model);
    checkString('mapping.score', mapping.score);
  }
  const named =
    mapping.layout === 'wide'
      ? [mapping.question, ...(mapping.models ?? []), mapping.category, mapping.prompt]
      : [mapping.question, mapping.model, mapping.score, mapping.category, mapping.prompt];
  const columns = named.filter((name) => name !== undefined);
  const seen = new Set<string>();
  // A question may be known by its text.
  if (mapping.prompt === mapping.question) columns.splice(columns.lastIndexOf(mapping.question), 1);
  for (const column of columns) {
    if (typeof column !== 'string' || column === '') {
      throw new EmbedLLMError('A column of the mapping has no name.', { code: 'invalid-argument' });
    }
    if (seen.has(column)) {
      throw new EmbedLLMError(`The mapping uses the column ${JSON.stringify(column)} twice.`, {
        code: 'invalid-argument',
      });
    }
    seen.add(column);
  }
  return columns;
}

/** The columns of models in a wide table: those named, else all that mean nothing else. */
export function modelColumns(mapping: WideTable, columns: readonly string[]): readonly string[] {
  const { question, category, prompt } = mapping;
  const others = columns.filter(
    (name) => name.trim() !== '' && ![question, category, prompt].includes(name),
  );
  return mapping.models ?? others;
}

/** The format that a file's name says. */
export function formatOfName(file: string): TableFormat {
  if (/\.(?:csv|tsv)(?:\.gz)?$/i.test(file)) return 'csv';
  if (/\.(?:jsonl|ndjson)(?:\.gz)?$/i.test(file)) return 'jsonl';
  if (/\.json(?:\.gz)?$/i.test(file)) return 'json';
  if (/\.(?:parquet|pq)$/i.test(file)) return 'parquet';
  throw new EmbedLLMError(
    `The name ${file} does not show the format. Set the option format ('csv', 'jsonl', 'json' or 'parquet').`,
    { code: 'invalid-argument' },
  );
}
