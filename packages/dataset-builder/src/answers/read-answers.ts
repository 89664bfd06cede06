import { type Answer, DataError } from '@embedllm/core';
import { findColumn, type Header, type Place, quoteBriefly } from '../csv/columns.js';
import { readRecords } from '../csv/read-records.js';
import { describeFound, ownValue, parseObject } from '../jsonl/parse-object.js';
import { readLines } from '../jsonl/read-lines.js';
import { columnNamed } from '../tables/column-names.js';
import { LABELS, scoreOfValue } from '../tables/score-text.js';
import { headOf, separatorOf } from '../tables/sniff-syntax.js';

/** An answer as a file has it. Its `question` is the identifier, `undefined` where there is none. */
export interface MarkedAnswer extends Answer<string | undefined> {
  /** Text of the question, where the file has it. */
  readonly prompt: string | undefined;
  /** Line of the file. */
  readonly row: number;
}

/** Options of `readAnswers`. */
export interface ReadAnswersOptions {
  /** Longest record accepted, in bytes. @default 16 MiB */
  readonly maxRecordBytes?: number | undefined;
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const ID_NAMES = ['prompt_id', 'question_id', 'id', 'task_id', 'sample_id', 'item_id', 'qid'];
const TEXT_NAMES = ['prompt', 'question'];
const OUTCOME_NAMES = ['label', 'outcome', 'correct', 'is_correct', 'passed', 'success', 'score'];

/**
 * Reads the marked answers of one model: CSV, or JSONL where the name ends in `.jsonl` or
 * `.ndjson`, plain or gzip. Each record has the question's `prompt_id` (or `question_id`, `id`, `task_id`), its
 * text as `prompt` (or `question`), or both; and `label` (or `outcome`, `correct`, `score`):
 * 0 to 1, true or false, yes or no, correct or incorrect, pass or fail. An empty one, NaN, null, None
 * or NA says that the model was not asked, and is left out. Other fields are ignored.
 *
 * @returns the answers in the order of the file, at least one.
 * @throws DataError with file, row and field: `io` when the file cannot be read, `invalid-data`
 * on anything malformed.
 *
 * @example
 * const answers = await readAnswers('new-model.csv');
 * console.log(answers[0]); // { question: 'gsm8k/17', prompt: undefined, outcome: 1, row: 2 }
 */
export async function readAnswers(
  file: string,
  options: ReadAnswersOptions = {},
): Promise<MarkedAnswer[]> {
  const isJsonl = /\.(jsonl|ndjson)(\.gz)?$/i.test(file);
  const answers = isJsonl ? await fromJsonl(file, options) : await fromCsv(file, options);
  if (answers.length === 0) throw new DataError('holds no answer.', { file });
  return answers;
}

async function fromCsv(file: string, options: ReadAnswersOptions): Promise<MarkedAnswer[]> {
  const answers: MarkedAnswer[] = [];
  const separator = separatorOf(await headOf(file, options));
  await readRecords(
    file,
    (header) => {
      const id = firstColumn(header, ID_NAMES);
      const prompt = firstColumn(header, TEXT_NAMES);
      const outcome = firstColumn(header, OUTCOME_NAMES);
      const place = { file, row: header.row };
      if (id < 0 && prompt < 0) throw missing([...ID_NAMES, ...TEXT_NAMES], place);
      if (outcome < 0) throw missing(OUTCOME_NAMES, place);
      const field = header.columns[outcome] ?? '';
      return (fields, row) => {
        const value = outcomeOf(fields[outcome], field, { file, row });
        if (value === undefined) return;
        answers.push(
          checked(
            {
              question: fields[id] === '' ? undefined : fields[id],
              prompt: fields[prompt] === '' ? undefined : fields[prompt],
              outcome: value,
              row,
            },
            file,
          ),
        );
      };
    },
    { ...options, separator },
  );
  return answers;
}

async function fromJsonl(file: string, options: ReadAnswersOptions): Promise<MarkedAnswer[]> {
  const answers: MarkedAnswer[] = [];
  for await (const { text, row } of readLines(file, options)) {
    const object = parseObject(text, { file, row });
    const place = { file, row };
    const textOf = (names: readonly string[]): string | undefined => {
      const name = names.find((candidate) => ownValue(object, candidate) !== undefined);
      const value = name === undefined ? undefined : ownValue(object, name);
      if (value === undefined || value === null) return undefined;
      if (typeof value === 'number') return String(value);
      if (typeof value === 'string' && value !== '') return value;
      throw new DataError(`must be a text that is not empty, but ${describeFound(value)}.`, {
        ...place,
        field: name,
      });
    };
    const name = OUTCOME_NAMES.find((candidate) => ownValue(object, candidate) !== undefined);
    if (name === undefined) throw missing(OUTCOME_NAMES, place);
    const outcome = outcomeOf(ownValue(object, name), name, place);
    if (outcome === undefined) continue;
    const answer = {
      question: textOf(ID_NAMES),
      prompt: textOf(TEXT_NAMES),
      outcome,
      row,
    };
    answers.push(checked(answer, file));
  }
  return answers;
}

function firstColumn(header: Header, names: readonly string[]): number {
  const named = names
    .map((name) => columnNamed(header.columns, name))
    .find((name) => name !== undefined);
  return named === undefined ? -1 : findColumn(header, named);
}

function checked(answer: MarkedAnswer, file: string): MarkedAnswer {
  if (answer.question !== undefined || answer.prompt !== undefined) return answer;
  throw missing([...ID_NAMES, ...TEXT_NAMES], { file, row: answer.row });
}

/** The outcome that a value says; `undefined` where the model was not asked. */
function outcomeOf(value: unknown, field: string, place: Place): number | undefined {
  const score = scoreOfValue(value);
  if (score === null) return undefined;
  if (score !== undefined) return score;
  const found = typeof value === 'string' ? `it is ${quoteBriefly(value)}` : describeFound(value);
  throw new DataError(`must be ${LABELS}, but ${found}.`, { ...place, field });
}

function missing(names: readonly string[], place: Place): DataError {
  return new DataError(`there is none of ${names.join(', ')}.`, place);
}
