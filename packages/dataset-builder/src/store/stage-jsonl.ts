import type { DuckDBAppender } from '@duckdb/node-api';
import { DataError } from '@embedllm/core';
import type { Place } from '../csv/columns.js';
import { describeFound, type JsonObject, ownValue, parseObject } from '../jsonl/parse-object.js';
import { readLines } from '../jsonl/read-lines.js';
import type { CheckedFile } from './check-file.js';
import { explainRows } from './stage-parquet.js';
import { appendQuestion, type StagingSource } from './staging.js';
import { mappedColumns, modelColumns, type TableMapping } from './table-mapping.js';

/** Rows after which what was appended is handed on. */
const FLUSH_ROWS = 65_536;

/** Stages a file of JSON objects, one a line, each checked. */
export function stageJsonl(
  { file }: CheckedFile,
  mapping: TableMapping,
  signal: AbortSignal | undefined,
): StagingSource {
  mappedColumns(mapping);
  return {
    coded: false,
    async stage(session) {
      /** First category and prompt of each question, and where. */
      const seen = new Map<
        string,
        { category: string | undefined; prompt: string | undefined; row: number }
      >();
      await session.append('staged', async (appender) => {
        let rows = 0;
        for await (const { text, row } of readLines(file, { signal })) {
          const place = { file, row };
          const object = parseObject(text, place);
          const question = idOf(object, mapping.question, place);
          noteQuestion(seen, question, object, mapping, place);
          if (mapping.layout === 'wide') {
            for (const name of modelColumns(mapping, Object.keys(object))) {
              const value = ownValue(object, name);
              if (value === undefined || value === null) continue;
              appendResponse(appender, question, name, scoreOf(value, name, place), row);
            }
          } else {
            const model = idOf(object, mapping.model, place);
            const score = scoreOf(ownValue(object, mapping.score), mapping.score, place);
            appendResponse(appender, question, model, score, row);
          }
          if (++rows % FLUSH_ROWS === 0) appender.flushSync();
        }
      });
      await session.append('staged_questions', (appender) => {
        let code = 0;
        for (const [id, texts] of seen) appendQuestion(appender, code++, { id, ...texts });
      });
      return { mayRepeat: true };
    },
    explain: (problem) => Promise.resolve(explainRows(file, mapping, problem)),
  };
}

/** Adds a row to `staged`. */
function appendResponse(
  appender: DuckDBAppender,
  question: string,
  model: string,
  score: number,
  row: number,
): void {
  appender.appendVarchar(question);
  appender.appendVarchar(model);
  appender.appendDouble(score);
  appender.appendBigInt(BigInt(row));
  appender.endRow();
}

function idOf(object: JsonObject, field: string, place: Place): string {
  const value = ownValue(object, field);
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new DataError(
    `must be text that is not empty or an integer, but ${describeFound(value)}.`,
    {
      ...place,
      field,
    },
  );
}

function scoreOf(value: unknown, field: string, place: Place): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new DataError(
    `the score must be a number from 0 to 1, or true or false, but ${describeFound(value)}.`,
    { ...place, field },
  );
}

function noteQuestion(
  seen: Map<string, { category: string | undefined; prompt: string | undefined; row: number }>,
  id: string,
  object: JsonObject,
  mapping: TableMapping,
  place: Place,
): void {
  const textOf = (field: string | undefined): string | undefined => {
    if (field === undefined) return undefined;
    const value = ownValue(object, field);
    if (typeof value === 'string') return value;
    throw new DataError(`must be text, but ${describeFound(value)}.`, { ...place, field });
  };
  const category = textOf(mapping.category);
  const prompt = textOf(mapping.prompt);
  const known = seen.get(id);
  if (known === undefined) {
    seen.set(id, { category, prompt, row: place.row });
    return;
  }
  for (const [what, value] of [
    ['category', category],
    ['prompt', prompt],
  ] as const) {
    if (known[what] === value) continue;
    throw new DataError(
      `the question ${JSON.stringify(id)} has another ${what} here than in row ${known.row}.`,
      { ...place, field: mapping[what] },
    );
  }
}
