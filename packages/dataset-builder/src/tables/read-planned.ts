import { createHash } from 'node:crypto';
import { advice, DataError, namedOption } from '@embedllm/core';
import { decimalCommaHint } from '@embedllm/internals';
import { quoteBriefly } from '../csv/columns.js';
import { describeFound } from '../jsonl/parse-object.js';
import { chatText, promptText } from './chat-text.js';
import { type ReadRowsOptions, readRows } from './read-rows.js';
import { LABELS, scaled, scoreOfValue, UNIT_SCALE } from './score-text.js';
import type { AnswersReading, TableReading } from './table-options.js';
import type { TablePlan } from './table-plan.js';
import type { RecordPlace, TableRecord } from './table-record.js';
import type { TableRow } from './table-row.js';

/** A text of up to so many characters is its own id. */
const LONGEST_ID = 80;

/** How much of a longer text stands in its id, before a digest. */
const SHOWN_OF_TEXT = 64;

/**
 * Reads the records of a table as its plan says, each of the scores of a record by itself.
 *
 * @throws DataError with file, row and field where a field is not what it should be.
 */
export async function readPlanned(
  plan: TablePlan,
  reading: AnswersReading,
  onRecord: (record: TableRecord, place: RecordPlace) => void,
  options: ReadRowsOptions,
): Promise<void> {
  const { file, layout } = plan;
  await readRows(
    file,
    plan.syntax,
    (row) => {
      const prompt = textOf(row, plan.prompt, file, promptText);
      const category = textOf(row, plan.category, file);
      // Answers name questions as a dataset has them.
      const idIn = reading.answers === true ? textOf : nameIn;
      const id = plan.prompt === plan.question ? undefined : idIn(row, plan.question, file);
      const isKnownByText = plan.prompt === plan.question || reading.answers === true;
      const text = isKnownByText && prompt !== undefined ? idOfText(prompt) : undefined;
      const question = required(id ?? text, row, plan.question, file);
      const written = plan.outputTokens === undefined ? undefined : row.value(plan.outputTokens);
      const tokens = written === '' || written === null ? Number.NaN : Number(written);
      const outputTokens = layout.kind !== 'wide' && tokens >= 0 ? tokens : undefined;
      const say = (model: string, column: string): void => {
        const place = {
          file,
          row: row.row,
          fields: { prompt: plan.prompt, category: plan.category, score: row.field(column) },
        };
        const score = scoreOf(row, column, file, reading);
        onRecord({ question, prompt, category, model, score, outputTokens }, place);
      };
      if (layout.kind === 'wide') {
        for (const [at, column] of layout.columns.entries()) {
          say((layout.models[at] ?? column).trim(), column);
        }
      } else if (layout.kind === 'one') say(layout.name, layout.score);
      else say(required(nameIn(row, layout.model, file), row, layout.model, file), layout.score);
      return undefined;
    },
    options,
  );
}

/** The id of a question that is known by its text: the text, or where it is long its start and digest. */
export function idOfText(text: string): string {
  if (text.length <= LONGEST_ID) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  // Not half of a surrogate pair.
  const start = text.slice(0, SHOWN_OF_TEXT).replace(/[\uD800-\uDBFF]$/, '');
  return `${start.replaceAll(/\s+/g, ' ')}… ${digest}`;
}

function textOf(
  row: TableRow,
  column: string | undefined,
  file: string,
  textIn: (value: unknown) => string | undefined = chatText,
): string | undefined {
  if (column === undefined) return undefined;
  const value = row.value(column);
  if (value === undefined || value === null || value === '') return undefined;
  const chat = textIn(value);
  if (chat !== undefined) return chat === '' ? undefined : chat;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  const lost = typeof value === 'number' && Number.isInteger(value);
  const problem = lost
    ? `is an integer beyond ${Number.MAX_SAFE_INTEGER}, so digits are lost. Write it as a string`
    : `must be text or an integer, but ${describeFound(value)}`;
  throw new DataError(`${problem}.`, {
    file,
    row: row.row,
    field: row.field(column),
  });
}

/** The id or name in a field, without the white space around it; `undefined` where there is none. */
function nameIn(row: TableRow, column: string, file: string): string | undefined {
  return textOf(row, column, file)?.trim() || undefined;
}

function required(text: string | undefined, row: TableRow, column: string, file: string): string {
  if (text !== undefined) return text;
  throw new DataError(row.value(column) === undefined ? 'is missing.' : 'is empty.', {
    file,
    row: row.row,
    field: row.field(column),
  });
}

function scoreOf(
  row: TableRow,
  column: string,
  file: string,
  { scale = UNIT_SCALE }: TableReading,
): number | null {
  const value = row.value(column);
  const score = scoreOfValue(value, scale);
  if (score !== undefined) return score;
  const number = typeof value === 'number' ? value : Number(value || Number.NaN);
  const isNumber = Number.isFinite(number);
  const found =
    typeof value === 'string'
      ? `is ${quoteBriefly(value)}`
      : describeFound(value).replace(/^it /, '');
  const range = `${scale.min} to ${scale.max}`;
  const wanted = scale === UNIT_SCALE ? LABELS : LABELS.replace('0 to 1', range);
  const hint =
    isNumber && scaled(number, scale) === undefined
      ? advice` Set the range of scores with ${namedOption('scale')}, such as 1..10.`
      : decimalCommaHint(value);
  throw new DataError(advice`the score must be ${wanted}, but ${found}.${hint}`, {
    file,
    row: row.row,
    field: row.field(column),
  });
}
