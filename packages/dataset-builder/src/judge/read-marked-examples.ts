import { DataError } from '@embedllm/core';
import { checkObject } from '@embedllm/internals';
import { columnNamed, usualColumns } from '../tables/column-names.js';
import { readRows } from '../tables/read-rows.js';
import { scoreOfValue } from '../tables/score-text.js';
import { sniffSyntax } from '../tables/sniff-syntax.js';
import type { TableRow } from '../tables/table-row.js';
import type { MarkedExample } from './judge-check.js';

/** Options of `readMarkedExamples`. */
export interface ReadMarkedExamplesOptions {
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads answers that people marked, for `judgeScorer`, from a table (CSV, JSON or JSONL, plain or
 * gzip). Columns: the question (`prompt`, `question`), the answer (`output`, `response`, `answer`),
 * the mark (`outcome`, `label`, `correct`: 0 and 1, true and false, yes and no) and, where there is
 * one, `key`.
 *
 * @throws DataError with file, row and field, where the file is malformed, a column is missing, a
 * text is empty or a mark is neither right nor wrong.
 */
export async function readMarkedExamples(
  file: string,
  options: ReadMarkedExamplesOptions = {},
): Promise<MarkedExample[]> {
  const { signal } = checkObject('options', options);
  const examples: MarkedExample[] = [];
  const syntax = await sniffSyntax(file, { signal });
  const add = (row: TableRow): undefined => {
    examples.push(exampleOf(file, row));
  };
  await readRows(file, syntax, add, { signal });
  return examples;
}

function exampleOf(file: string, row: TableRow): MarkedExample {
  const { columns } = row;
  const place = { file, row: row.row };
  const column = (what: string, found: readonly (string | undefined)[]): string => {
    const [first] = found.filter((name) => name !== undefined);
    if (first !== undefined) return first;
    throw new DataError(`has no column of ${what}. Available: ${columns.join(', ')}.`, place);
  };
  const alike = (...names: string[]): (string | undefined)[] =>
    names.map((name) => columnNamed(columns, name));
  const output = column('answers, such as output', alike('output', 'response', 'answer'));
  const others = columns.filter((name) => name !== output);
  const prompt = column('questions, such as prompt', usualColumns(others, 'prompt'));
  const mark = column('marks, such as outcome', usualColumns(others, 'score'));
  const [key] = alike('key').filter((name) => name !== undefined);
  const text = (name: string): string => {
    const value = row.value(name);
    if (typeof value === 'string' && value.trim() !== '') return value;
    throw new DataError('must be a non-empty string.', { ...place, field: name });
  };
  const outcome = scoreOfValue(row.value(mark));
  if (outcome !== 0 && outcome !== 1) {
    throw new DataError('must be right or wrong: 1 or 0, true or false, yes or no.', {
      ...place,
      field: mark,
    });
  }
  const reference = key === undefined ? undefined : row.value(key);
  return {
    prompt: text(prompt),
    output: text(output),
    key: typeof reference === 'string' && reference !== '' ? reference : undefined,
    outcome,
  };
}
