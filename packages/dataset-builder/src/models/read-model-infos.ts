import { DataError, type ModelInfo } from '@embedllm/core';
import { checkObject, jsonFault } from '@embedllm/internals';
import { readText } from '@embedllm/internals/files';
import { type Header, quoteBriefly, requiredText } from '../csv/columns.js';
import { readRecords } from '../csv/read-records.js';
import { readError } from '../files/read-error.js';
import { isJsonObject, type JsonObject } from '../jsonl/parse-object.js';
import { csvSyntax, headOf } from '../tables/sniff-syntax.js';
import { findModelColumns, isSameName, MODEL_COLUMN_NAMES } from './model-columns.js';

/** What a file says of models. */
export interface ModelInfos {
  /** In the order of the file. */
  readonly models: readonly ModelInfo[];
  /** Columns, or keys of JSON, whose names are not known; nothing was read from them. */
  readonly unknownColumns: readonly string[];
}

/** What the column with the name of a model may be called, best first. */
const NAME_COLUMNS = ['model', 'model_name', 'name', 'model_id', 'id'];

/**
 * Reads what is known of models, such as a list of prices: a CSV file with a column `model`, or JSON:
 * a list of objects with `model`, or one object by the names of models. Other columns, all optional:
 * `input_price` and `output_price` (US dollars per million tokens), `mean_output_tokens`,
 * `context_length`, `latency_ms`, `capabilities` and `regions` (names with commas, semicolons, bars or
 * spaces between them), `family`, `parameters_billion` and `metadata`. The names of the fields of
 * `ModelInfo` are read, too.
 *
 * @throws DataError with file, row and field: `io` when the file is missing, `invalid-data` when it
 * has no model name or no known column, a model twice, or a value is malformed.
 *
 * @example
 * const { models, unknownColumns } = await readModelInfos('prices.csv');
 */
export async function readModelInfos(
  file: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ModelInfos> {
  checkObject('options', options);
  const models: ModelInfo[] = [];
  const rowOf = new Map<string, number>();
  let unknownColumns: readonly string[] = [];
  const onHeader = (header: Header) => {
    const { name, column } = nameColumn(header);
    const facts = findModelColumns(header, NAME_COLUMNS);
    unknownColumns = facts.unknown;
    if (facts.known === 0) {
      throw new DataError(
        `has no column that describes models. Supported: ${MODEL_COLUMN_NAMES.join(', ')}, input_price and output_price.`,
        { file, row: header.row },
      );
    }
    return (fields: readonly string[], row: number): void => {
      const place = { file, row };
      const model = requiredText(fields, column, name, place);
      const first = rowOf.get(model);
      if (first !== undefined) {
        throw new DataError(`${quoteBriefly(model)} is listed twice, first in row ${first}.`, {
          ...place,
          field: name,
        });
      }
      rowOf.set(model, row);
      models.push({ ...facts.read(fields, place), name: model });
    };
  };
  if (/\.json$/i.test(file)) await readJson(file, onHeader, options.signal);
  else {
    await readRecords(file, onHeader, { ...options, ...csvSyntax(await headOf(file, options)) });
  }
  return { models, unknownColumns };
}

/**
 * Models with what a list says of them by name; the list's facts stand where both have one.
 *
 * @returns the models in their order, and the names of the list that are not among them.
 */
export function joinModelInfos(
  models: readonly ModelInfo[],
  infos: readonly ModelInfo[],
): { readonly models: readonly ModelInfo[]; readonly unused: readonly string[] } {
  const byName = new Map(infos.map((info) => [info.name, info]));
  const joined = models.map((model) => {
    const info = byName.get(model.name);
    byName.delete(model.name);
    if (info === undefined) return model;
    const metadata = info.metadata && { ...model.metadata, ...info.metadata };
    return { ...model, ...info, ...(metadata && { metadata }) };
  });
  return { models: joined, unused: [...byName.keys()] };
}

function nameColumn({ file, row, columns }: Header): { name: string; column: number } {
  for (const name of NAME_COLUMNS) {
    const column = columns.findIndex((other) => isSameName(other, name));
    if (column >= 0) return { name: columns[column] ?? name, column };
  }
  const found = columns.map((name) => quoteBriefly(name)).join(', ');
  throw new DataError(`the column is missing. The header has ${found}.`, {
    file,
    row,
    field: 'model',
  });
}

/** Hands the objects of a JSON file on as records; rows count them from 1. */
async function readJson(
  file: string,
  onHeader: (header: Header) => (fields: readonly string[], row: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const text = await readText(file, signal).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw cause instanceof DataError ? cause : readError(file, cause);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`is not valid JSON: ${jsonFault(text)}.`, { file, cause });
  }
  const objects = objectsOf(value, file);
  const columns = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const handle = onHeader({ file, columns, row: 1 });
  objects.forEach((object, index) => {
    handle(
      columns.map((key) => textOf(object[key])),
      index + 1,
    );
  });
}

function objectsOf(value: unknown, file: string): readonly JsonObject[] {
  const list = isJsonObject(value)
    ? Object.entries(value).map(([model, facts]) =>
        isJsonObject(facts) ? { model, ...facts } : facts,
      )
    : value;
  if (Array.isArray(list) && list.length > 0 && list.every(isJsonObject)) return list;
  throw new DataError(
    'must be a list of objects, each with the name of a model, or an object with model names as keys.',
    { file },
  );
}

/** The text that a CSV file would have. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}
