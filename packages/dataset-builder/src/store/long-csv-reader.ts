import { ByteVocabulary } from '../csv/byte-vocabulary.js';
import { TextPacker } from '../csv/packed-texts.js';
import { DEFAULT_MAX_RECORD_BYTES } from '../csv/read-records.js';
import { RecordScanner } from '../csv/record-scanner.js';
import { FieldForm, fieldBytes, type ScannedRecord } from '../csv/scanned-record.js';
import { recordLimit } from '../files/record-limit.js';
import { parseScore } from '../tables/score-text.js';
import type { LongCsvPart } from './long-csv-part.js';
import { QuestionTexts } from './question-texts.js';
import { ResponseRows } from './response-rows.js';
import type { Problem } from './staging.js';
import type { LongTable } from './table-mapping.js';

/** What the columns of a long CSV file mean; plain data, for threads too. */
export interface LongCsvColumns {
  /** Names in the header. */
  readonly columns: readonly string[];
  readonly mapping: LongTable;
  /** Column of an id that names are one to one with. @default none */
  readonly modelKey?: string | undefined;
  /** Longest record accepted, in bytes. @default 16 MiB */
  readonly maxRecordBytes?: number | undefined;
}

/** Carries a problem out of the scanner. */
export class ProblemFound extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

/**
 * Judges the records of a file or of parts of it one by one, makes numbers of their ids, and
 * collects the responses and what is new.
 */
export class LongCsvReader {
  readonly #columns: number;
  readonly #maxRecordBytes: number;
  readonly #questions = new ByteVocabulary();
  readonly #models = new ByteVocabulary();
  readonly #keys = new ByteVocabulary();
  readonly #categories = new ByteVocabulary();
  readonly #texts: QuestionTexts;
  /** Category of each question, and model of each key and the other way round. */
  readonly #categoryOf: number[] = [];
  readonly #keyOf: number[] = [];
  readonly #modelOf: number[] = [];
  readonly #at: {
    question: number;
    model: number;
    score: number;
    key: number;
    category: number;
    prompt: number;
  };
  /** Whether the question stands before the prompt. */
  readonly #questionFirst: boolean;
  #question = -1;
  /** Whether `#question` is that of the record at hand. */
  #knowsQuestion = false;
  /** Since the last part. */
  readonly #rows = new ResponseRows();
  readonly #prompts = new TextPacker();
  #notAsked = 0;
  #taken = { questions: 0, models: 0, keys: 0, categories: 0 };

  constructor({ columns, mapping, modelKey, maxRecordBytes }: LongCsvColumns) {
    const at = (name: string | undefined): number =>
      name === undefined ? -1 : columns.indexOf(name);
    this.#columns = columns.length;
    this.#maxRecordBytes = recordLimit(maxRecordBytes, DEFAULT_MAX_RECORD_BYTES);
    this.#at = {
      question: at(mapping.question),
      model: at(mapping.model),
      score: at(mapping.score),
      key: at(modelKey),
      category: at(mapping.category),
      prompt: at(mapping.prompt),
    };
    this.#questionFirst = this.#at.question < this.#at.prompt;
    this.#texts = new QuestionTexts(this.#at.prompt);
  }

  /** How many responses are collected. */
  get rows(): number {
    return this.#rows.length;
  }

  /** A scanner for the records that start in part of the file; at the file's start is the header. */
  scanner(from: number, until?: number): RecordScanner {
    let isHeader = from === 0;
    return new RecordScanner({
      columns: this.#columns,
      textColumn: this.#at.prompt,
      maxRecordBytes: this.#maxRecordBytes,
      from,
      ...(until !== undefined && { until }),
      expect: (record) => {
        if (this.#questionFirst && !isHeader) {
          this.#question = codeOf(this.#questions, record, this.#at.question);
          this.#knowsQuestion = true;
        }
        return this.#texts.expect(this.#question);
      },
      onRecord: (record) => {
        if (!isHeader) this.#add(record);
        isHeader = false;
      },
    });
  }

  /** What was found since the last call. */
  take(): LongCsvPart {
    const from = this.#taken;
    // A question is not counted before its whole record is there.
    const to = {
      questions: this.#categoryOf.length,
      models: this.#models.size,
      keys: this.#modelOf.length,
      categories: this.#categories.size,
    };
    this.#taken = to;
    const notAsked = this.#notAsked;
    this.#notAsked = 0;
    return {
      ...this.#rows.take(),
      notAsked,
      newQuestions: {
        ids: this.#questions.texts(from.questions, to.questions),
        categories: Int32Array.from(this.#categoryOf.slice(from.questions)),
        prompts: this.#prompts.take(),
        digests: this.#texts.digests(from.questions),
      },
      newModels: this.#models.texts(from.models, to.models),
      newCategories: this.#categories.texts(from.categories, to.categories),
      newKeys: {
        keys: this.#keys.texts(from.keys, to.keys),
        models: Int32Array.from(this.#modelOf.slice(from.keys)),
      },
    };
  }

  #add(record: ScannedRecord): void {
    const at = this.#at;
    if (record.start[at.question] === record.end[at.question])
      fail({ kind: 'question-id', row: undefined });
    if (record.start[at.model] === record.end[at.model]) fail({ kind: 'model-id', row: undefined });
    const question = this.#knowsQuestion
      ? this.#question
      : codeOf(this.#questions, record, at.question);
    this.#knowsQuestion = false;
    const model = codeOf(this.#models, record, at.model);
    this.#question = question;
    const category = at.category < 0 ? -1 : codeOf(this.#categories, record, at.category);
    if (question === this.#categoryOf.length) {
      this.#categoryOf.push(category);
      if (at.prompt >= 0) this.#prompts.add(this.#texts.note(question, record));
    } else if (this.#categoryOf[question] !== category) {
      fail({ kind: 'category', question: this.#questions.text(question) });
    } else if (at.prompt >= 0 && !this.#texts.matches(question, record)) {
      fail({ kind: 'prompt', question: this.#questions.text(question) });
    }
    if (at.key >= 0) this.#pair(codeOf(this.#keys, record, at.key), model);
    const score = scoreOf(record, at.score);
    if (score === null) this.#notAsked++;
    else this.#rows.add(question, model, score);
  }

  #pair(key: number, model: number): void {
    if (key === this.#modelOf.length) this.#modelOf.push(model);
    else if (this.#modelOf[key] !== model) {
      fail({ kind: 'model-names', modelKey: this.#keys.text(key) });
    }
    const known = this.#keyOf[model];
    if (known === undefined) this.#keyOf[model] = key;
    else if (known !== key) fail({ kind: 'model-keys', model: this.#models.text(model) });
  }
}

function fail(problem: Problem): never {
  throw new ProblemFound(problem);
}

function codeOf(vocabulary: ByteVocabulary, record: ScannedRecord, column: number): number {
  if (record.form[column] === FieldForm.Plain) {
    return vocabulary.code(record.bytes, record.start[column]!, record.end[column]!);
  }
  const bytes = fieldBytes(record, column);
  return vocabulary.code(bytes, 0, bytes.length);
}

function scoreOf(record: ScannedRecord, column: number): number | null {
  const start = record.start[column]!;
  // A digit alone, as nearly all scores are, needs no text.
  if (record.end[column] === start + 1 && record.form[column] === FieldForm.Plain) {
    const digit = record.bytes[start]! - 0x30;
    if (digit === 0 || digit === 1) return digit;
  }
  const score = parseScore(fieldBytes(record, column).toString('latin1'));
  return score === undefined ? fail({ kind: 'score', row: undefined }) : score;
}
