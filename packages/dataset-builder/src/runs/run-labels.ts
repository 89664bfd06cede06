import {
  CorrectnessMatrix,
  DataError,
  MISSING,
  type ModelInfo,
  type Question,
} from '@embedllm/core';
import { describePlace, type Place, quoteBriefly } from '../csv/columns.js';
import { type OutputLength, OutputLengths } from './output-lengths.js';

/** Two runs of one model that disagree on a question. */
export interface RunDisagreement {
  readonly model: string;
  readonly questionId: string;
  /** The label (or score, where scores are kept) in use, from the newer run. */
  readonly label: number;
  /** Where the other one stands. */
  readonly file: string;
  readonly row: number;
}

/** How many disagreements are listed; all are counted. */
const LISTED = 100;

/** What became of the samples of one run. */
export interface RunCounts {
  /** Labels taken. */
  labels: number;
  /** Samples whose label was there already and is the same. */
  repeated: number;
  /** Samples whose label was there already, from a newer run, and is another. */
  disagreements: number;
  /** Samples left out because a newer run stands for the task. */
  unused: number;
}

/** What `RunLabels` takes of a sample. */
export interface RunSample extends OutputLength {
  readonly questionId: string;
  readonly prompt: string;
  /** 0 or 1, or anything between where scores are kept. */
  readonly value: number;
  /** Line of the file. */
  readonly row: number;
  /** Where in the record the value is, for messages. */
  readonly field: string;
}

/** Options of `RunLabels`. */
export interface RunLabelsOptions {
  /** Largest number of questions times models. */
  readonly maxCells: number;
  /** Keep values between 0 and 1. @default false */
  readonly graded?: boolean | undefined;
  /** Refuse a question whose prompt differs from that of another run. @default false */
  readonly samePrompts?: boolean | undefined;
}

/** Collects the labels or scores of several runs, of which the newest comes first. */
export class RunLabels {
  readonly questions: Question[] = [];
  readonly models: string[] = [];
  readonly disagreements: RunDisagreement[] = [];
  readonly #lengths = new OutputLengths();
  readonly #indexOf = new Map<string, number>();
  /** Of each model, by question: its label, and the run and line that it came from. */
  readonly #labels: { values: Values; runs: Uint32Array; rows: Uint32Array }[] = [];
  readonly #files: string[] = [];
  readonly #options: RunLabelsOptions;
  #room = 0;

  constructor(options: RunLabelsOptions) {
    this.#options = options;
  }

  /** @returns the model's position. */
  addModel(name: string): number {
    const known = this.models.indexOf(name);
    if (known >= 0) return known;
    this.models.push(name);
    this.#labels.push({
      values: this.#values(this.#room),
      runs: new Uint32Array(this.#room),
      rows: new Uint32Array(this.#room),
    });
    return this.models.length - 1;
  }

  /**
   * @param isNewest - Whether its labels count; otherwise they only fill in, if `fill`.
   * @throws DataError `conflicting-labels` when one run labels a question twice and differently.
   */
  add(
    sample: RunSample,
    run: {
      readonly file: string;
      readonly number: number;
      readonly model: number;
      readonly category: string;
      readonly takes: boolean;
      readonly counts: RunCounts;
    },
  ): void {
    const { counts, file, number } = run;
    const { row, value: label } = sample;
    let question = this.#indexOf.get(sample.questionId);
    if (question !== undefined && this.#options.samePrompts) {
      this.#assertSamePrompt(question, sample, { file, row });
    }
    const kept = this.#labels[run.model];
    if (kept === undefined) throw new RangeError('The model was not added.');
    const present = question === undefined ? MISSING : (kept.values[question] ?? MISSING);
    if (present === MISSING) {
      if (!run.takes) {
        counts.unused++;
        return;
      }
      question ??= this.#addQuestion(sample, run.category, { file, row });
      kept.values[question] = label;
      kept.runs[question] = number;
      kept.rows[question] = row;
      this.#files[number] = file;
      counts.labels++;
      this.#lengths.note(run.model, sample);
    } else if (present === label) {
      counts.repeated++;
    } else if (question !== undefined && kept.runs[question] === number) {
      throw new DataError(
        `model ${quoteBriefly(this.models[run.model] ?? '')} on question ${quoteBriefly(sample.questionId)} is labelled ${label} here but ${present} at ${describePlace({ file, row: kept.rows[question] ?? 0 })}. Were logs joined, or has the file several filters without naming them?`,
        { file, row, field: sample.field },
        { code: 'conflicting-labels' },
      );
    } else {
      counts.disagreements++;
      if (this.disagreements.length < LISTED) {
        this.disagreements.push({
          model: this.models[run.model] ?? '',
          questionId: sample.questionId,
          label: present,
          file,
          row,
        });
      }
    }
  }

  /** The models, with how long their answers were where the logs say it. */
  describeModels(): ModelInfo[] {
    return this.#lengths.describe(this.models);
  }

  /** The value of a question and model, `undefined` where there is none. */
  get(question: number, model: number): number | undefined {
    const value = this.#labels[model]?.values[question];
    return value === MISSING ? undefined : value;
  }

  /** The labels, shape [Q, M]; not for graded values. */
  build(): CorrectnessMatrix {
    const width = this.models.length;
    const labels = new Uint8Array(this.questions.length * width);
    this.#labels.forEach(({ values }, model) => {
      for (let question = 0; question < this.questions.length; question++) {
        labels[question * width + model] = values[question] as number;
      }
    });
    return new CorrectnessMatrix({
      questions: this.questions.map(({ id }) => id),
      models: this.models,
      labels,
    });
  }

  #addQuestion({ questionId, prompt }: RunSample, category: string, place: Place): number {
    const index = this.questions.length;
    if ((index + 1) * this.models.length > this.#options.maxCells) {
      throw new DataError(
        `${index + 1} questions x ${this.models.length} models are more than the ${this.#options.maxCells} labels allowed. Raise maxCells if this is right.`,
        place,
      );
    }
    if (index >= this.#room) this.#grow();
    this.#indexOf.set(questionId, index);
    this.questions.push({ id: questionId, prompt, category });
    return index;
  }

  #values(length: number): Values {
    return this.#options.graded
      ? new Float64Array(length).fill(MISSING)
      : new Uint8Array(length).fill(MISSING);
  }

  #assertSamePrompt(question: number, { questionId, prompt }: RunSample, place: Place): void {
    if (this.questions[question]?.prompt === prompt) return;
    throw new DataError(
      `the question ${quoteBriefly(questionId)} has another text here than in another log. Are its ids the same in all runs? Identify questions by their content with questionId: 'content'.`,
      place,
    );
  }

  #grow(): void {
    this.#room = Math.max(256, Math.ceil(this.#room * 1.5));
    for (const kept of this.#labels) {
      const values = this.#values(this.#room);
      values.set(kept.values);
      kept.values = values;
      kept.runs = enlarged(kept.runs, this.#room);
      kept.rows = enlarged(kept.rows, this.#room);
    }
  }
}

/** Labels in a byte each, or scores; `MISSING` where there is none. */
type Values = Uint8Array | Float64Array;

function enlarged(from: Uint32Array, length: number): Uint32Array {
  const to = new Uint32Array(length);
  to.set(from);
  return to;
}
