import { type Advice, advice, DataError, EmbedLLMError, namedOption } from '@embedllm/core';
import { didYouMean } from '@embedllm/internals';
import { quoteBriefly } from '../csv/columns.js';
import type { ReadRecordsOptions } from '../csv/read-records.js';
import { describeFound } from '../jsonl/parse-object.js';
import { type ColumnRole, columnNamed, outputTokensColumn, usualColumns } from './column-names.js';
import { modelOfFile } from './model-of-file.js';
import { oddScore } from './odd-score.js';
import type { TableSyntax } from './read-rows.js';
import { scoreOfValue } from './score-text.js';
import { csvSyntax, headOf, sniffSyntax } from './sniff-syntax.js';
import { columnsOf, type TableLayout } from './table-layout.js';
import type { AnswersReading, TableReading } from './table-options.js';
import { quotedNames, readSample, type TableSample, textOf } from './table-sample.js';
import { scoresByModel, wideColumns } from './wide-columns.js';

/** How a table is read: what its options say, and what was found for the rest. */
export interface TablePlan {
  readonly file: string;
  readonly syntax: TableSyntax;
  readonly isLog: boolean;
  readonly question: string;
  readonly prompt: string | undefined;
  readonly category: string | undefined;
  readonly layout: TableLayout;
  readonly outputTokens: string | undefined;
  /** What was noticed and users should know. */
  readonly remarks: readonly string[];
  /** Columns of scores that were taken for models although nothing said so. */
  readonly guessedModels: readonly string[];
  /** Columns that could be the score as well, where none was named. */
  readonly otherScores: readonly string[];
  /** Texts or values of the score as the first records have them, for messages. */
  readonly labels: readonly string[];
}

/**
 * Finds out how a table is to be read, by its first 200 records.
 *
 * @throws DataError when it is malformed, lacks a column that is named, or leaves in doubt what a
 * column means: the message then says which options decide.
 */
export async function planTable(
  file: string,
  reading: AnswersReading,
  options: ReadRecordsOptions = {},
): Promise<TablePlan> {
  const { separator } = reading;
  const syntax: TableSyntax =
    separator === undefined
      ? await sniffSyntax(file, options)
      : { format: 'csv', ...csvSyntax(await headOf(file, options)), separator };
  return new Planner(file, syntax, await readSample(file, syntax, options), reading).plan();
}

class Planner {
  readonly #file: string;
  readonly #syntax: TableSyntax;
  readonly #sample: TableSample;
  readonly #reading: AnswersReading;
  readonly #remarks: string[] = [];

  constructor(file: string, syntax: TableSyntax, sample: TableSample, reading: AnswersReading) {
    this.#file = file;
    this.#syntax = syntax;
    this.#sample = sample;
    this.#reading = reading;
  }

  plan(): TablePlan {
    const { model, modelColumn, modelColumns } = this.#reading;
    if (model !== undefined && (modelColumns ?? modelColumn) !== undefined) {
      throw new EmbedLLMError(
        advice`${namedOption('model')} is for tables of one model. Remove ${namedOption('modelColumn')} and ${namedOption('modelColumns')}.`,
        { code: 'invalid-argument' },
      );
    }
    if (this.#sample.columns.some((column) => column.trim() === '')) {
      this.#remarks.push('A column without a name is ignored.');
    }
    const found = this.#layout();
    const taken = columnsOf(found);
    const { question, prompt } = this.#texts(taken);
    const category =
      this.#named('category') ?? this.#guess('category', [...taken, question, prompt]);
    const layout =
      found.kind === 'wide' && found.columns.length === 0
        ? this.#wideAmong([question, prompt, category])
        : found;
    const scored = layout.kind === 'wide' ? layout.columns.slice(0, 1) : [layout.score];
    const labels = scored.flatMap((column) => this.#sample.values(column)).map(textOf);
    return {
      file: this.#file,
      syntax: this.#syntax,
      isLog: this.#sample.isLog,
      question,
      prompt,
      category,
      layout,
      outputTokens: outputTokensColumn(this.#sample.columns),
      remarks: this.#remarks,
      guessedModels: found.kind === 'wide' && modelColumns === undefined ? columnsOf(layout) : [],
      otherScores: layout.kind === 'wide' ? [] : this.#otherScores(layout.score),
      labels: [...new Set(labels)].slice(0, 3),
    };
  }

  #layout(): TableLayout {
    const { model, modelColumns } = this.#reading;
    if (modelColumns !== undefined) {
      return this.#wide(modelColumns.map((name) => this.#required(name, 'modelColumns')));
    }
    if (model !== undefined) {
      return { kind: 'one', name: modelOfFile(this.#file, model), score: this.#score() };
    }
    const column = this.#named('model') ?? this.#guess('model', []);
    if (column !== undefined) return { kind: 'long', model: column, score: this.#score() };
    const { answers } = this.#reading;
    const usual = answers ? usualColumns(this.#sample.columns, 'score')[0] : undefined;
    const score = this.#named('score') ?? this.#guess('score', []) ?? usual;
    if (score === undefined) return this.#wide([]);
    if (answers) return { kind: 'one', name: '', score };
    const { scoreColumn, scale } = this.#reading;
    const ofModels = scoreColumn === undefined ? scoresByModel(this.#sample, score, scale) : [];
    if (ofModels.length > 1) return this.#wide(ofModels);
    throw this.#doubt(
      advice`there are scores in ${quoteBriefly(score)}, but no column of models. If the table is of one model, name it: ${namedOption('model', 'NAME')}, or ${namedOption('model', '{file}')} for the name of the file. Otherwise, set the column that names the model with ${namedOption('modelColumn', 'COLUMN')}, or the columns that are models with ${namedOption('modelColumns', ['COLUMN', 'COLUMN'])}.`,
    );
  }

  #score(): string {
    const score = this.#named('score') ?? this.#guess('score', []);
    if (score !== undefined) return score;
    const [alike] =
      this.#reading.guess === false ? [] : usualColumns(this.#sample.columns, 'score');
    if (alike !== undefined) {
      const odd = this.#sample.values(alike).find((value) => scoreOfValue(value) === undefined);
      // No model was asked.
      if (odd === undefined) return alike;
      throw this.#doubt(oddScore(alike, odd));
    }
    throw this.#doubt(this.#whichScore());
  }

  #whichScore(): Advice {
    return advice`which column is the score? The table has ${this.#list()}. Name it with ${namedOption('scoreColumn', 'COLUMN')}.`;
  }

  #otherScores(score: string): string[] {
    const { scoreColumn, guess, scale } = this.#reading;
    if (scoreColumn !== undefined || guess === false) return [];
    return usualColumns(this.#sample.columns, 'score').filter(
      (column) => column !== score && this.#sample.isScore(column, scale),
    );
  }

  #texts(taken: readonly string[]): { question: string; prompt: string | undefined } {
    const given = this.#named('question');
    const prompt = this.#named('prompt') ?? this.#guess('prompt', [...taken, given]);
    if (given !== undefined) {
      // A column like "question" that no other has the text of holds it itself.
      const isText = this.#reading.guess !== false && usualColumns([given], 'prompt').length > 0;
      return { question: given, prompt: prompt ?? (isText ? given : undefined) };
    }
    const id = this.#guess('question', [...taken, prompt]);
    const unfit =
      id === undefined || prompt === undefined ? undefined : this.#unfitAsId(id, prompt);
    if (unfit !== undefined && prompt !== undefined) {
      this.#remarks.push(`${unfit}, so questions are identified by ${quoteBriefly(prompt)}.`);
      return { question: prompt, prompt };
    }
    const question = id ?? prompt;
    if (question !== undefined) return { question, prompt };
    const odd = (['question', 'prompt'] as const)
      .flatMap((role) => usualColumns(this.#sample.columns, role))
      .find((column) => !taken.includes(column) && !this.#sample.isText(column));
    if (odd !== undefined) {
      throw this.#doubt(
        advice`the column ${quoteBriefly(odd)} is named like the question, but ${describeFound(this.#sample.values(odd)[0])}, not text. Write one record per question, or name another column with ${namedOption('questionColumn', 'COLUMN')}.`,
      );
    }
    throw this.#doubt(
      advice`which column is the question? The table has ${this.#list()}. Name the one with its id or text with ${namedOption('questionColumn', 'COLUMN')}.`,
    );
  }

  /** Why a column named like an identifier of questions is none, where texts tell. */
  #unfitAsId(id: string, prompt: string): string | undefined {
    const isEmpty = this.#sample.values(id).length < this.#sample.values(prompt).length;
    if (isEmpty) return `${quoteBriefly(id)} is empty in some records`;
    const isNumber = !this.#reading.answers && this.#sample.numbersRows(id, prompt);
    return isNumber ? `${quoteBriefly(id)} numbers the rows` : undefined;
  }

  /** Every other column is a model, if all of them look like scores. */
  #wideAmong(used: readonly (string | undefined)[]): TableLayout {
    if (this.#reading.guess === false) {
      const others = this.#sample.columns.filter(
        (column) => column.trim() !== '' && !used.includes(column),
      );
      return { kind: 'wide', columns: others, models: others };
    }
    const found = wideColumns(this.#sample, used, this.#reading.scale);
    // Answers take no columns of models, and their model needs no name.
    const hasOneScore = this.#reading.answers === true;
    if ('doubt' in found) throw this.#doubt(hasOneScore ? this.#whichScore() : found.doubt);
    return this.#wide(found.models);
  }

  #wide(columns: readonly string[]): TableLayout {
    return { kind: 'wide', columns, models: this.#sample.innerNames(columns) };
  }

  #named(role: ColumnRole): string | undefined {
    const option = `${role}Column` as const;
    const name = this.#reading[option];
    return name === undefined ? undefined : this.#required(name, option);
  }

  #required(name: string, option: keyof TableReading): string {
    const column = columnNamed(this.#sample.columns, name);
    if (column !== undefined) return column;
    throw new DataError(
      advice`the column is missing.${didYouMean(name, this.#sample.columns)} The table has ${this.#list()}. Correct ${namedOption(option, name)}.`,
      { file: this.#file, field: name },
    );
  }

  #guess(role: ColumnRole, used: readonly (string | undefined)[]): string | undefined {
    if (this.#reading.guess === false) return undefined;
    const given: readonly unknown[] = Object.values(this.#reading);
    const free = usualColumns(this.#sample.columns, role).filter(
      (column) => !used.includes(column) && !given.includes(column),
    );
    if (role !== 'score') return free.find((column) => this.#sample.isText(column));
    const { scale } = this.#reading;
    return (
      free.find((column) => this.#sample.isScore(column, scale)) ??
      free.find((column) => this.#sample.isNumber(column))
    );
  }

  #list(): string {
    return quotedNames(this.#sample.columns);
  }

  #doubt(message: Advice): DataError {
    return new DataError(message, { file: this.#file });
  }
}
