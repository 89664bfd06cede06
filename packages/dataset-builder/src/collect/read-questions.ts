import { advice, DataError, namedOption } from '@embedllm/core';
import { checkObject, didYouMean } from '@embedllm/internals';
import type { Place } from '../csv/columns.js';
import { isScorerName, SCORER_NAMES, type ScorerName } from '../scoring/create-scorer.js';
import { keyProblem } from '../scoring/key-problem.js';
import { columnNamed, usualColumns } from '../tables/column-names.js';
import { readRows } from '../tables/read-rows.js';
import { sniffSyntax } from '../tables/sniff-syntax.js';
import type { TableRow } from '../tables/table-row.js';
import { quotedNames } from '../tables/table-sample.js';
import type { CollectQuestion } from './collect-question.js';

/** Options of `readQuestions`: which columns mean what. */
export interface ReadQuestionsOptions {
  /** @default found by its name, such as `id` or `question_id`; else rows are numbered from 1 */
  readonly questionColumn?: string | undefined;
  /** @default found by its name, such as `prompt`, `question` or `input` */
  readonly promptColumn?: string | undefined;
  /** @default found by its name, such as `category`; else `uncategorized` */
  readonly categoryColumn?: string | undefined;
  /** @default found by its name: `key`, `answer`, `expected`, `target`, `reference` or `gold` */
  readonly keyColumn?: string | undefined;
  /** @default `scorer`, where there is one */
  readonly scorerColumn?: string | undefined;
  /** Of questions that name none; their keys are then checked. @default none */
  readonly scorer?: ScorerName | undefined;
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const KEYS = ['key', 'answerkey', 'answer', 'expected', 'target', 'reference', 'gold', 'solution'];

interface Columns {
  readonly question: string | undefined;
  readonly prompt: string;
  readonly category: string | undefined;
  readonly key: string | undefined;
  readonly scorer: string | undefined;
}

/**
 * Reads questions to ask from a table: CSV with any separator, JSON, or JSONL, plain or gzip.
 *
 * @throws DataError with file, row and field, where the file is malformed or empty, a column that is
 * named is missing, none holds the text, a text is empty, an id occurs twice, a scorer is unknown, or a
 * key is missing or not of the form that the question's scorer reads.
 *
 * @example
 * const [first] = await readQuestions('questions.csv');
 * console.log(first?.prompt, first?.key, first?.scorer); // What is 17 + 4? 21 number
 */
export async function readQuestions(
  file: string,
  options: ReadQuestionsOptions = {},
): Promise<CollectQuestion[]> {
  const { signal, scorer } = checkObject('options', options);
  const questions: CollectQuestion[] = [];
  const rowOf = new Map<string, number>();
  let columns: Columns | undefined;
  await readRows(
    file,
    await sniffSyntax(file, { signal }),
    (row) => {
      columns ??= findColumns(file, row, options);
      const question = questionOf(file, row, columns, questions.length + 1);
      const first = rowOf.get(question.id);
      if (first !== undefined) {
        throw new DataError(`the question "${question.id}" already occurs in row ${first}.`, {
          ...{ file, row: row.row, field: columns.question },
        });
      }
      rowOf.set(question.id, row.row);
      questions.push(question);
      return undefined;
    },
    { signal },
  );
  if (questions.length === 0) throw new DataError('has no questions.', { file });
  for (const question of questions) {
    const row = rowOf.get(question.id) ?? 0;
    await checkKey(question, scorer, { file, row, field: columns?.key });
  }
  return questions;
}

/** Before anything is asked and paid for. */
async function checkKey(
  { scorer: own, key, prompt }: CollectQuestion,
  scorer: ScorerName | undefined,
  place: Place & { readonly field: string | undefined },
): Promise<void> {
  const name = own ?? scorer;
  if (typeof name !== 'string') return;
  if (key === undefined) {
    throw new DataError(
      `has no correct answer for the scorer ${name} to compare with. Add it in a column "key".`,
      place,
    );
  }
  const problem = await keyProblem(name, { key, prompt });
  if (problem === undefined) return;
  throw new DataError(`${problem} Correct it, or use a scorer other than ${name}.`, place);
}

function findColumns(file: string, { columns }: TableRow, options: ReadQuestionsOptions): Columns {
  const named = (name: string | undefined): string | undefined => {
    if (name === undefined) return undefined;
    const found = columnNamed(columns, name);
    if (found !== undefined) return found;
    throw new DataError(`the column is missing. The table has ${quotedNames(columns)}.`, {
      ...{ file, field: name },
    });
  };
  const alike = (names: readonly string[]): string | undefined =>
    names.map((name) => columnNamed(columns, name)).find((column) => column !== undefined);
  const question = named(options.questionColumn) ?? usualColumns(columns, 'question')[0];
  const free = columns.filter((column) => column !== question);
  const prompt = named(options.promptColumn) ?? usualColumns(free, 'prompt')[0];
  if (prompt === undefined) {
    throw new DataError(
      advice`which column is the text of the question? The table has ${quotedNames(columns)}. Call the column "prompt", or name it with ${namedOption('promptColumn')}.`,
      { file },
    );
  }
  const rest = columns.filter((column) => column !== question && column !== prompt);
  return {
    question,
    prompt,
    category: named(options.categoryColumn) ?? usualColumns(rest, 'category')[0],
    key: named(options.keyColumn) ?? alike(KEYS),
    scorer: named(options.scorerColumn) ?? alike(['scorer']),
  };
}

function questionOf(
  file: string,
  row: TableRow,
  columns: Columns,
  number: number,
): CollectQuestion {
  const text = (column: string | undefined): string => textOf(column && row.value(column));
  const prompt = text(columns.prompt);
  if (prompt.trim() === '') {
    throw new DataError('the question has no text.', {
      ...{ file, row: row.row, field: columns.prompt },
    });
  }
  const key = text(columns.key);
  const scorer = text(columns.scorer).trim();
  return {
    id: text(columns.question) || String(number),
    prompt,
    category: text(columns.category) || 'uncategorized',
    key: key === '' ? undefined : key,
    scorer: scorer === '' ? undefined : scorerName(scorer, { file, row: row.row }),
  };
}

function scorerName(name: string, place: { file: string; row: number }): ScorerName {
  if (isScorerName(name)) return name;
  throw new DataError(
    `unknown scorer "${name}".${didYouMean(name, SCORER_NAMES)} Available: ${SCORER_NAMES.join(', ')}.`,
    { ...place, field: 'scorer' },
  );
}

/** A value of JSON as a text; what is absent is empty. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
