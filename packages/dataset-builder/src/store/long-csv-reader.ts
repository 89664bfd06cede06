import type { DuckDBAppender } from '@duckdb/node-api';
import { ByteVocabulary } from '../csv/byte-vocabulary.js';
import type { Header } from '../csv/columns.js';
import { FieldForm, fieldBytes, RecordScanner, type ScannedRecord } from '../csv/record-scanner.js';
import type { CsvStaging } from './explain-csv.js';
import { QuestionTexts } from './question-texts.js';
import type { ResponseAppender } from './response-appender.js';
import { parseScore } from './score-text.js';
import type { Problem } from './staging.js';
import type { LongTable } from './table-mapping.js';

/** Longest record accepted, in bytes. */
const MAX_RECORD_BYTES: number = 16 * 1024 * 1024;

/** What the columns of a long CSV file mean. */
export interface LongCsvColumns extends CsvStaging {
  readonly mapping: LongTable;
}

/** Carries a problem out of the scanner. */
export class ProblemFound extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

/** Judges records one by one, and hands on what is new in them. */
export class LongCsvReader {
  readonly scanner: RecordScanner;
  readonly models: ByteVocabulary = new ByteVocabulary();
  readonly #questions = new ByteVocabulary();
  readonly #keys = new ByteVocabulary();
  readonly #categories = new ByteVocabulary();
  readonly #texts: QuestionTexts;
  readonly #strict: boolean;
  readonly #questionRows: DuckDBAppender;
  readonly #responses: ResponseAppender;
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
  #sawHeader = false;
  #question = -1;

  constructor(
    { columns }: Header,
    { mapping, modelKey, strictLabels }: LongCsvColumns,
    questions: DuckDBAppender,
    responses: ResponseAppender,
  ) {
    const at = (name: string | undefined): number =>
      name === undefined ? -1 : columns.indexOf(name);
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
    this.#strict = strictLabels;
    this.#questionRows = questions;
    this.#responses = responses;
    this.scanner = new RecordScanner({
      columns: columns.length,
      textColumn: this.#at.prompt,
      maxRecordBytes: MAX_RECORD_BYTES,
      expect: (record) => {
        if (this.#questionFirst && this.#sawHeader) {
          this.#question = codeOf(this.#questions, record, this.#at.question);
        }
        return this.#texts.expect(this.#question);
      },
      onRecord: (record) => {
        if (this.#sawHeader) this.#take(record);
        this.#sawHeader = true;
      },
    });
  }

  #take(record: ScannedRecord): void {
    const at = this.#at;
    if (record.start[at.question] === record.end[at.question])
      fail({ kind: 'question-id', row: undefined });
    if (record.start[at.model] === record.end[at.model]) fail({ kind: 'model-id', row: undefined });
    const question = codeOf(this.#questions, record, at.question);
    const model = codeOf(this.models, record, at.model);
    this.#question = question;
    const category = at.category < 0 ? -1 : codeOf(this.#categories, record, at.category);
    if (question === this.#categoryOf.length) {
      this.#categoryOf.push(category);
      this.#appendQuestion(question, category, record);
    } else if (this.#categoryOf[question] !== category) {
      fail({ kind: 'category', question: this.#questions.text(question) });
    } else if (at.prompt >= 0 && !this.#texts.matches(question, record)) {
      fail({ kind: 'prompt', question: this.#questions.text(question) });
    }
    if (at.key >= 0) this.#takeKey(codeOf(this.#keys, record, at.key), model);
    this.#responses.add(question, model, scoreOf(record, at.score, this.#strict));
  }

  #appendQuestion(question: number, category: number, record: ScannedRecord): void {
    const rows = this.#questionRows;
    rows.appendInteger(question);
    rows.appendVarchar(this.#questions.text(question));
    if (category < 0) rows.appendNull();
    else rows.appendVarchar(this.#categories.text(category));
    if (this.#at.prompt < 0) rows.appendNull();
    else rows.appendVarchar(this.#texts.note(question, record).toString());
    rows.appendInteger(1);
    rows.appendInteger(1);
    rows.endRow();
  }

  #takeKey(key: number, model: number): void {
    if (key === this.#modelOf.length) this.#modelOf.push(model);
    else if (this.#modelOf[key] !== model) {
      fail({ kind: 'model-names', modelKey: this.#keys.text(key) });
    }
    const known = this.#keyOf[model];
    if (known === undefined) this.#keyOf[model] = key;
    else if (known !== key) fail({ kind: 'model-keys', model: this.models.text(model) });
  }
}

function fail(problem: Problem): never {
  throw new ProblemFound(problem);
}

function codeOf(vocabulary: ByteVocabulary, record: ScannedRecord, column: number): number {
  if (record.form[column] === FieldForm.Plain) {
    return vocabulary.code(
      record.bytes,
      record.start[column] as number,
      record.end[column] as number,
    );
  }
  const bytes = fieldBytes(record, column);
  return vocabulary.code(bytes, 0, bytes.length);
}

function scoreOf(record: ScannedRecord, column: number, strict: boolean): number {
  const start = record.start[column] as number;
  // A digit alone, as nearly all scores are, needs no text.
  if (record.end[column] === start + 1 && record.form[column] === FieldForm.Plain) {
    const digit = (record.bytes[start] as number) - 0x30;
    if (digit === 0 || digit === 1) return digit;
  }
  const score = parseScore(fieldBytes(record, column).toString('latin1'), strict);
  return score ?? fail({ kind: 'score', row: undefined });
}
