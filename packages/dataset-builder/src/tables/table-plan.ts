import { basename } from 'node:path';
import { DataError, EmbedLLMError } from '@embedllm/core';
import { quoteBriefly } from '../csv/columns.js';
import type { ReadRecordsOptions } from '../csv/read-records.js';
import { type ColumnRole, columnNamed, usualColumns } from './column-names.js';
import type { TableSyntax } from './read-rows.js';
import { sniffSyntax } from './sniff-syntax.js';
import { describeInCode, type TableOption, type TableReading } from './table-options.js';
import { quotedNames, readSample, type TableSample, textOf } from './table-sample.js';

/** Where the models and scores of a table are. */
export type TableLayout =
  | { readonly kind: 'long'; readonly model: string; readonly score: string }
  | { readonly kind: 'one'; readonly name: string; readonly score: string }
  | { readonly kind: 'wide'; readonly models: readonly string[] };

/** How a table is read: what its options say, and what was found for the rest. */
export interface TablePlan {
  readonly file: string;
  readonly syntax: TableSyntax;
  readonly question: string;
  readonly prompt: string | undefined;
  readonly category: string | undefined;
  readonly layout: TableLayout;
  /** What was noticed and users should know. */
  readonly remarks: readonly string[];
  /** Texts or values of the score as the first records have them, for messages. */
  readonly labels: readonly string[];
}

/** Names of columns of numbers that are not scores, by a part of them. */
const MEASURES = /cost|price|latency|time|token|length|seconds|chars|duration|rank|index|count/i;

/**
 * Finds out how a table is to be read, by its first 200 records.
 *
 * @throws DataError when it is malformed, lacks a column that is named, or leaves in doubt what a
 * column means: the message then says which options decide.
 */
export async function planTable(
  file: string,
  reading: TableReading,
  options: ReadRecordsOptions = {},
): Promise<TablePlan> {
  const { separator } = reading;
  const syntax: TableSyntax =
    separator === undefined ? await sniffSyntax(file, options) : { format: 'csv', separator };
  const sample = await readSample(file, syntax, options);
  return new Planner(file, syntax, sample, reading).plan();
}

class Planner {
  readonly #file: string;
  readonly #syntax: TableSyntax;
  readonly #sample: TableSample;
  readonly #reading: TableReading;
  readonly #describe: (option: TableOption, value?: string) => string;
  readonly #remarks: string[] = [];

  constructor(file: string, syntax: TableSyntax, sample: TableSample, reading: TableReading) {
    this.#file = file;
    this.#syntax = syntax;
    this.#sample = sample;
    this.#reading = reading;
    this.#describe = reading.describeOption ?? describeInCode;
  }

  plan(): TablePlan {
    const { modelName, models } = this.#reading;
    if (modelName !== undefined && (models ?? this.#reading.model) !== undefined) {
      throw new EmbedLLMError(
        'invalid-argument',
        `${this.#describe('modelName')} is for tables of one model: give it without ${this.#describe('model')} and ${this.#describe('models')}.`,
      );
    }
    const unnamed = this.#sample.columns.filter((column) => column.trim() === '').length;
    if (unnamed > 0) this.#remarks.push('A column without a name is left out.');
    const layout = this.#layout();
    const { question, prompt } = this.#texts(layout);
    const category = this.#named('category') ?? this.#guess('category', [question, prompt]);
    const labels = layout.kind === 'wide' ? layout.models.slice(0, 1) : [layout.score];
    return {
      file: this.#file,
      syntax: this.#syntax,
      question,
      prompt,
      category,
      layout:
        layout.kind === 'wide' && models === undefined
          ? this.#wideAmong([question, prompt, category])
          : layout,
      remarks: this.#remarks,
      labels: [
        ...new Set(labels.flatMap((column) => this.#sample.values(column)).map(textOf)),
      ].slice(0, 3),
    };
  }

  #layout(): TableLayout {
    const { models, modelName } = this.#reading;
    if (models !== undefined) {
      return { kind: 'wide', models: models.map((name) => this.#required(name, 'models')) };
    }
    if (modelName !== undefined) {
      const name = modelName.replaceAll('{file}', nameOfFile(this.#file));
      return { kind: 'one', name, score: this.#score() };
    }
    const model = this.#named('model') ?? this.#guess('model', []);
    if (model !== undefined) return { kind: 'long', model, score: this.#score() };
    const score = this.#named('score') ?? this.#guess('score', []);
    if (score === undefined) return { kind: 'wide', models: [] };
    const { columns } = this.#sample;
    throw this.#doubt(
      `it has no column of models, and scores in ${quoteBriefly(score)}. Say which model they are of with ${this.#describe('modelName', 'NAME')} (or ${this.#describe('modelName', '{file}')} for the name of the file), which column names it with ${this.#describe('model', 'COLUMN')}, or which columns are models with ${this.#describe('models', columns.slice(-2).join(','))}`,
    );
  }

  #score(): string {
    const score = this.#named('score') ?? this.#guess('score', []);
    if (score !== undefined) return score;
    throw this.#doubt(
      `none of its columns is known to be the score (${this.#list()}). Say which it is with ${this.#describe('score', 'COLUMN')}`,
    );
  }

  #texts(layout: TableLayout): { question: string; prompt: string | undefined } {
    const given = this.#named('question');
    const named = this.#named('prompt');
    const taken = layout.kind === 'long' ? [layout.model, layout.score] : [];
    const prompt = named ?? this.#guess('prompt', [...taken, given]);
    if (given !== undefined) {
      // A column like "question" that no other has the text of holds it itself.
      const isText = this.#reading.guess !== false && usualColumns([given], 'prompt').length > 0;
      return { question: given, prompt: prompt ?? (isText ? given : undefined) };
    }
    const id = this.#guess('question', [...taken, prompt]);
    if (id !== undefined && prompt !== undefined && this.#sample.numbersRows(id, prompt)) {
      this.#remarks.push(
        `${quoteBriefly(id)} numbers the rows, so questions are known by ${quoteBriefly(prompt)}.`,
      );
      return { question: prompt, prompt };
    }
    const question = id ?? prompt;
    if (question !== undefined) return { question, prompt };
    throw this.#doubt(
      `none of its columns is known to be the question (${this.#list()}). Say which holds its id or text with ${this.#describe('question', 'COLUMN')}`,
    );
  }

  /** Every other column is a model, if all of them look like scores. */
  #wideAmong(used: readonly (string | undefined)[]): TableLayout {
    const others = this.#sample.columns.filter(
      (column) => column.trim() !== '' && !used.includes(column),
    );
    const models = others.filter(
      (column) => this.#sample.isScore(column, this.#reading.scale) && !MEASURES.test(column),
    );
    if (this.#reading.guess === false) return { kind: 'wide', models: others };
    if (others.length > 0 && models.length === others.length) return { kind: 'wide', models };
    const rest = others.filter((column) => !models.includes(column));
    throw this.#doubt(
      models.length === 0
        ? `none of its columns is known to be the model, and none looks like scores of one (${this.#list()}). Say which they are with ${this.#describe('model', 'COLUMN')} and ${this.#describe('score', 'COLUMN')}, or which model it is of with ${this.#describe('modelName', 'NAME')}`
        : `which columns are models? ${models.map(quoteBriefly).join(', ')} could be, ${rest.slice(0, 5).map(quoteBriefly).join(', ')} ${rest.length === 1 ? 'is' : 'are'} something else. Say with ${this.#describe('models', models.map(quotedName).join(','))}`,
    );
  }

  #named(role: ColumnRole): string | undefined {
    const name = this.#reading[role];
    return name === undefined ? undefined : this.#required(name, role);
  }

  #required(name: string, option: TableOption): string {
    const column = columnNamed(this.#sample.columns, name);
    if (column !== undefined) return column;
    throw new DataError(
      `the column is missing. The table has ${this.#list()}. Correct ${this.#describe(option, name)}.`,
      { file: this.#file, field: name },
    );
  }

  #guess(role: ColumnRole, used: readonly (string | undefined)[]): string | undefined {
    if (this.#reading.guess === false) return undefined;
    const given = Object.values(this.#reading);
    const free = usualColumns(this.#sample.columns, role).filter(
      (column) => !used.includes(column) && (role === 'prompt' || !given.includes(column)),
    );
    if (role === 'score')
      return (
        free.find((column) => this.#sample.isScore(column, this.#reading.scale)) ??
        free.find((column) => this.#sample.isNumber(column))
      );
    return free.find((column) =>
      this.#sample
        .values(column)
        .every((value) => typeof value === 'string' || typeof value === 'number'),
    );
  }

  #list(): string {
    return quotedNames(this.#sample.columns);
  }

  #doubt(message: string): DataError {
    return new DataError(`${message}.`, { file: this.#file });
  }
}

/** The name of a file without its endings. */
function nameOfFile(file: string): string {
  return basename(file).replace(/(?:\.(?:csv|tsv|txt|jsonl|ndjson|json|gz))+$/i, '');
}

/** As lists of names on a command line have it. */
function quotedName(name: string): string {
  return /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
