import { CorrectnessMatrix, DataError, MISSING, type Question } from '@embedllm/core';
import { describePlace, type Place, quoteBriefly } from '../csv/columns.js';
import type { HarnessSample } from './harness-sample.js';

/** Two runs of one model that disagree on a question. */
export interface HarnessDisagreement {
  readonly model: string;
  readonly questionId: string;
  /** The label in use, from the newer run. */
  readonly label: 0 | 1;
  /** Where the other label stands. */
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

/** Collects the labels of several runs, of which the newest comes first. */
export class HarnessLabels {
  readonly questions: Question[] = [];
  readonly models: string[] = [];
  readonly disagreements: HarnessDisagreement[] = [];
  readonly #indexOf = new Map<string, number>();
  /** Of each model, by question: its label, and the run and line that it came from. */
  readonly #labels: { values: Uint8Array; runs: Uint32Array; rows: Uint32Array }[] = [];
  readonly #files: string[] = [];
  readonly #maxCells: number;
  #room = 0;

  constructor(options: { readonly maxCells: number }) {
    this.#maxCells = options.maxCells;
  }

  /** @returns the model's position. */
  addModel(name: string): number {
    const known = this.models.indexOf(name);
    if (known >= 0) return known;
    this.models.push(name);
    this.#labels.push({
      values: new Uint8Array(this.#room).fill(MISSING),
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
    sample: HarnessSample,
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
    const { row } = sample;
    const label = sample.correct ? 1 : 0;
    let question = this.#indexOf.get(sample.questionId);
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
    } else if (present === label) {
      counts.repeated++;
    } else if (question !== undefined && kept.runs[question] === number) {
      throw new DataError(
        `model ${quoteBriefly(this.models[run.model] ?? '')} on question ${quoteBriefly(sample.questionId)} is labelled ${label} here but ${present} at ${describePlace({ file, row: kept.rows[question] ?? 0 })}. Were logs joined, or has the file several filters without naming them?`,
        { file, row, field: sample.metric },
        { code: 'conflicting-labels' },
      );
    } else {
      counts.disagreements++;
      if (this.disagreements.length < LISTED) {
        this.disagreements.push({
          model: this.models[run.model] ?? '',
          questionId: sample.questionId,
          label: label === 1 ? 0 : 1,
          file,
          row,
        });
      }
    }
  }

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

  #addQuestion({ questionId, prompt }: HarnessSample, category: string, place: Place): number {
    const index = this.questions.length;
    if ((index + 1) * this.models.length > this.#maxCells) {
      throw new DataError(
        `${index + 1} questions x ${this.models.length} models are more than the ${this.#maxCells} labels allowed. Raise maxCells if this is right.`,
        place,
      );
    }
    if (index >= this.#room) this.#grow();
    this.#indexOf.set(questionId, index);
    this.questions.push({ id: questionId, prompt, category });
    return index;
  }

  #grow(): void {
    this.#room = Math.max(256, Math.ceil(this.#room * 1.5));
    for (const kept of this.#labels) {
      const values = new Uint8Array(this.#room).fill(MISSING);
      values.set(kept.values);
      kept.values = values;
      kept.runs = enlarged(kept.runs, this.#room);
      kept.rows = enlarged(kept.rows, this.#room);
    }
  }
}

function enlarged(from: Uint32Array, length: number): Uint32Array {
  const to = new Uint32Array(length);
  to.set(from);
  return to;
}
