import { DataError, type ModelInfo } from '@embedllm/core';
import { type Header, type Place, parseOptionalNumber, quoteBriefly } from '../csv/columns.js';
import { formatMetadata, parseMetadata } from '../embedllm/model-metadata.js';

/** Fields of `ModelInfo` that hold a number of at least 0. */
export const AMOUNT_FIELDS = [
  'parametersBillion',
  'pricePerMillionInputTokens',
  'pricePerMillionOutputTokens',
  'meanOutputTokens',
  'contextLength',
  'latencyMs',
] as const;
type AmountField = (typeof AMOUNT_FIELDS)[number];
type ListField = 'capabilities' | 'regions';

/** A column of a table of models, with the names it may have; the first is the one written. */
type ModelColumn =
  | { readonly field: 'family'; readonly kind: 'text'; readonly names: readonly string[] }
  | { readonly field: AmountField; readonly kind: 'amount'; readonly names: readonly string[] }
  | { readonly field: ListField; readonly kind: 'list'; readonly names: readonly string[] }
  | { readonly field: 'metadata'; readonly kind: 'metadata'; readonly names: readonly string[] };

/** Columns that are always written; the others where a model has a value for them. */
const ALWAYS: ReadonlySet<string> = new Set([
  'family',
  'parametersBillion',
  'pricePerMillionOutputTokens',
]);

/** What a table may say of models, besides their ids and names. */
const MODEL_COLUMNS: readonly ModelColumn[] = [
  { field: 'family', kind: 'text', names: ['family'] },
  { field: 'parametersBillion', kind: 'amount', names: ['parameters_billion', 'parameters'] },
  {
    field: 'pricePerMillionOutputTokens',
    kind: 'amount',
    names: [
      'price_per_million_output_tokens_usd',
      'price_per_million_output_tokens',
      'output_price',
    ],
  },
  {
    field: 'pricePerMillionInputTokens',
    kind: 'amount',
    names: ['price_per_million_input_tokens_usd', 'price_per_million_input_tokens', 'input_price'],
  },
  {
    field: 'meanOutputTokens',
    kind: 'amount',
    names: ['mean_output_tokens', 'output_tokens'],
  },
  { field: 'contextLength', kind: 'amount', names: ['context_length', 'context'] },
  { field: 'latencyMs', kind: 'amount', names: ['latency_ms', 'latency'] },
  { field: 'capabilities', kind: 'list', names: ['capabilities', 'capability'] },
  { field: 'regions', kind: 'list', names: ['regions', 'region'] },
  { field: 'metadata', kind: 'metadata', names: ['metadata'] },
];

/** Columns that only repeat what the responses say. */
const DERIVED: ReadonlySet<string> = new Set(['responses', 'accuracy']);

/** The names that columns of models have in files that this package writes. */
export const MODEL_COLUMN_NAMES: readonly string[] = MODEL_COLUMNS.map(
  ({ names }) => names[0] ?? '',
);

/** Names of fields and of columns may say the same: `outputPrice`, `output_price`, `Output price`. */
export function isSameName(a: string, b: string): boolean {
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain(a) === plain(b);
}

/** Reads what the columns of a table say of a model. */
export interface ModelFields {
  /** How many columns say something of models. */
  readonly known: number;
  /** Columns whose name is not known; nothing is read from them. */
  readonly unknown: readonly string[];
  /** @throws DataError naming the column whose value is malformed. */
  read(fields: readonly string[], place: Place): Omit<ModelInfo, 'name'>;
}

/**
 * @param identity - Columns that are read otherwise, such as `model_name`.
 * @throws DataError where two columns say the same.
 */
export function findModelColumns(header: Header, identity: readonly string[]): ModelFields {
  const found = new Map<ModelColumn, number>();
  const unknown: string[] = [];
  header.columns.forEach((name, position) => {
    if (DERIVED.has(name) || identity.some((known) => isSameName(known, name))) return;
    const column = MODEL_COLUMNS.find(({ field, names }) =>
      [field, ...names].some((known) => isSameName(known, name)),
    );
    if (column === undefined) {
      unknown.push(name);
      return;
    }
    const other = found.get(column);
    if (other !== undefined) {
      throw new DataError(
        `means the same as the column ${JSON.stringify(header.columns[other])}. Remove one.`,
        { file: header.file, row: header.row, field: name },
      );
    }
    found.set(column, position);
  });
  return {
    known: found.size,
    unknown,
    read: (fields, place) => {
      let info: Omit<ModelInfo, 'name'> = {};
      for (const [column, position] of found) {
        const text = fields[position];
        const at = { ...place, field: header.columns[position] ?? '' };
        if (text !== undefined && text !== '') info = { ...info, ...parse(column, text, at) };
      }
      return info;
    },
  };
}

function parse(
  column: ModelColumn,
  text: string,
  place: Place & { readonly field: string },
): Omit<ModelInfo, 'name'> {
  switch (column.kind) {
    case 'text':
      return { [column.field]: text };
    case 'amount':
      return { [column.field]: parseOptionalNumber(text, place.field, place) };
    case 'list':
      return { [column.field]: parseList(text, place) };
    case 'metadata':
      return { metadata: parseMetadata(text, place) };
  }
}

/** Names with commas, semicolons, bars or spaces between them, or a JSON list. */
function parseList(text: string, place: Place): string[] {
  if (!text.trim().startsWith('[')) return text.split(/[,;|\s]+/).filter(Boolean);
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`is not valid JSON: ${quoteBriefly(text)}.`, { ...place, cause });
  }
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
  throw new DataError(`must be a list of names, but is ${quoteBriefly(text)}.`, place);
}

/** The columns that models have values for, and the text of each. */
export function modelColumnsOf(
  models: readonly ModelInfo[],
): readonly { readonly name: string; text(model: ModelInfo): string }[] {
  return MODEL_COLUMNS.filter(
    ({ field }) => ALWAYS.has(field) || models.some((model) => model[field] !== undefined),
  ).map((column) => ({ name: column.names[0] ?? '', text: (model) => format(column, model) }));
}

function format(column: ModelColumn, model: ModelInfo): string {
  if (column.kind === 'metadata') {
    return model.metadata ? formatMetadata(model.name, model.metadata) : '';
  }
  if (column.kind === 'list') {
    const list = model[column.field];
    // An empty list says that there is none; an empty field says nothing.
    return list === undefined ? '' : JSON.stringify(list);
  }
  return String(model[column.field] ?? '');
}
