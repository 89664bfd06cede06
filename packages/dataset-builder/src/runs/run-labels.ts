import {
  advice,
  CorrectnessMatrix,
  DataError,
  MISSING,
  type ModelInfo,
  namedOption,
  type Question,
} from '@embedllm/core';
import { describePlace, type Place, quoteBriefly } from '../csv/columns.js';
import { keepItems, keepQuestions, mergeQuestions } from './merge-questions.js';
import { emptyLabels, enlargeLabels, type ModelLabels } from './model-labels.js';
import { OlderAnswers, type RunDisagreement, type RunOfFile } from './older-answers.js';
import type { OpenChoices } from './open-choices.js';
import { OutputLengths } from './output-lengths.js';
import { RepeatedAnswers, type RepeatPolicy } from './repeated-answers.js';
import type { LabelledRun, RunSample } from './run-sample.js';

/** Options of `RunLabels`. */
export interface RunLabelsOptions {
  /** Largest number of questions times models. */
  readonly maxCells: number;
  /** Keep values between 0 and 1. @default false */
  readonly graded?: boolean | undefined;
  /** Refuse a question whose key differs from that of another run. @default false */
  readonly sameKeys?: boolean | undefined;
  /** What becomes of a question that one run asks several times. @default 'refuse' */
  readonly onConflict?: RepeatPolicy | undefined;
  /** Of a mean of several answers. */
  readonly threshold?: number | undefined;
  /** Takes what only the reader of the logs can decide. */
  readonly open: OpenChoices;
}

/** Collects the labels or scores of several runs, of which the newest comes first. */
export class RunLabels {
  readonly questions: Question[] = [];
  readonly models: string[] = [];
  readonly #older = new OlderAnswers();
  /** By number. */
  readonly #runs: RunOfFile[] = [];
  readonly #lengths = new OutputLengths();
  readonly #indexOf = new Map<string, number>();
  /** Of each question. */
  readonly #keys: (string | undefined)[] = [];
  /** Of each model. */
  readonly #labels: ModelLabels[] = [];
  readonly #options: RunLabelsOptions;
  readonly #repeats: RepeatedAnswers | undefined;
  #room = 0;

  constructor(options: RunLabelsOptions) {
    this.#options = options;
    const { onConflict = 'refuse' } = options;
    if (onConflict === 'mean' || onConflict === 'majority') {
      this.#repeats = new RepeatedAnswers({ ...options, onConflict });
    }
  }

  /** Where an older run has another label than a newer: the first 100. */
  get disagreements(): readonly RunDisagreement[] {
    return this.#older.disagreements;
  }

  /** @returns the model's position. */
  addModel(name: string): number {
    const known = this.models.indexOf(name);
    if (known >= 0) return known;
    this.models.push(name);
    this.#labels.push(emptyLabels(this.#room, this.#options.graded ?? false));
    return this.models.length - 1;
  }

  /**
   * Takes a sample. Of several in one run that differ, `onConflict` says what becomes.
   *
   * @throws DataError where a question has a different text from before, if that is refused.
   */
  add(sample: RunSample, run: RunOfFile): void {
    const { counts, file, number } = run;
    this.#runs[number] = run;
    const { row } = sample;
    const label = this.#options.graded ? sample.score : Number(sample.correct);
    let question = this.#indexOf.get(sample.questionId);
    if (question !== undefined && this.#options.sameKeys) {
      this.#checkSameKey(question, sample, { file, row });
    }
    const kept = this.#labels[run.model];
    if (kept === undefined) throw new RangeError('The model was not added.');
    const present = question === undefined ? MISSING : (kept.values[question] ?? MISSING);
    if (present === MISSING) {
      if (!run.takes) {
        this.#older.leaveOut(run, sample.key, { questionId: sample.questionId, label, row });
        return;
      }
      question ??= this.#addQuestion(sample, run.category, { file, row });
      kept.values[question] = label;
      kept.runs[question] = number;
      kept.rows[question] = row;
      counts.labels++;
      this.#lengths.note(run.model, sample);
      this.#repeats?.add(question, sample, { file, row });
      return;
    }
    const isSameRun = question !== undefined && kept.runs[question] === number;
    if (isSameRun && question !== undefined) this.#repeats?.add(question, sample, { file, row });
    if (present !== label && question !== undefined && isSameRun) {
      counts.contradictions++;
      if (this.#options.onConflict === 'replace') kept.values[question] = label;
      else if (this.#options.onConflict !== 'keep' && this.#repeats === undefined) {
        this.#contradiction(
          sample,
          { file, row },
          { run, present, first: kept.rows[question] ?? 0 },
        );
      }
    } else {
      const { questionId } = sample;
      this.#older.compare(run, { questionId, label, row }, present, this.models[run.model] ?? '');
    }
  }

  /** Ends a run: its answers to one question become one. */
  endRun({ model, number }: LabelledRun): void {
    const kept = this.#labels[model];
    for (const [question, value] of this.#repeats?.take() ?? []) {
      if (kept !== undefined && kept.runs[question] === number) kept.values[question] = value;
    }
  }

  /** The models, with how long their answers were where the logs say it. */
  describeModels(): ModelInfo[] {
    return this.#lengths.describe(this.models);
  }

  /** Whether a label of the question was taken. */
  has(questionId: string): boolean {
    return this.#indexOf.has(questionId);
  }

  /**
   * Makes one question of those that differ only in the order of their choices, see
   * `mergeQuestions`; the first stays. The last thing to do.
   *
   * @returns how many became part of another.
   */
  mergeReordered(): number {
    const { staying, byKey, dropped } = mergeQuestions(this.#keys, this.#labels);
    for (const { question, run: number, row, value: label, kept } of dropped) {
      const run = this.#runs[number];
      if (run === undefined) continue;
      run.counts.labels--;
      const questionId = this.questions[question]?.id ?? '';
      this.#older.compare(run, { questionId, label, row }, kept, this.models[run.model] ?? '');
    }
    this.#older.compareLeftOut((model, key) => {
      const present = byKey
        .get(key)
        ?.map((question) => this.get(question, model))
        .find((label) => label !== undefined);
      return present === undefined ? undefined : { present, name: this.models[model] ?? '' };
    });
    const merged = this.questions.length - staying.length;
    if (merged === 0) return 0;
    keepQuestions(this.#labels, staying);
    for (const list of [this.questions, this.#keys]) keepItems(list, staying);
    return merged;
  }

  /** What the keys of questions say: how they are compared with questions of other imports. */
  get keys(): 'joins' | 'checks' {
    return this.#options.sameKeys ? 'checks' : 'joins';
  }

  /** The questions with their keys. */
  keyedQuestions(): (Question & Pick<RunSample, 'key'>)[] {
    return this.questions.map((question, index) => ({ ...question, key: this.#keys[index] }));
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
        labels[question * width + model] = values[question]!;
      }
    });
    return new CorrectnessMatrix({
      questions: this.questions.map(({ id }) => id),
      models: this.models,
      labels,
    });
  }

  #addQuestion({ questionId, prompt, key }: RunSample, category: string, place: Place): number {
    const index = this.questions.length;
    if ((index + 1) * this.models.length > this.#options.maxCells) {
      throw new DataError(
        advice`${index + 1} questions x ${this.models.length} models exceed the limit of ${this.#options.maxCells} labels. Raise ${namedOption('maxCells')} if this is expected.`,
        place,
      );
    }
    if (index >= this.#room) this.#grow();
    this.#indexOf.set(questionId, index);
    this.questions.push({ id: questionId, prompt, category });
    this.#keys.push(key);
    return index;
  }

  #contradiction(
    { questionId, correct, score, field }: RunSample,
    place: Place,
    { run, present, first }: { run: LabelledRun; present: number; first: number },
  ): void {
    const label = this.#options.graded ? score : Number(correct);
    const model = this.models[run.model] ?? '';
    this.#options.open.add(`repeats ${model} ${run.category}`, {
      message: advice`model ${quoteBriefly(model)} on question ${quoteBriefly(questionId)} is labelled ${label} here but ${present} at ${describePlace({ file: place.file, row: first })}: one run asked it several times. Choose which counts with ${namedOption('onConflict')}: the first (keep), the last (replace), the mean or the majority.`,
      location: { ...place, field },
      suggested: { onConflict: 'majority' },
      code: 'conflicting-labels',
    });
  }

  #checkSameKey(question: number, { questionId, key }: RunSample, place: Place): void {
    const known = this.questions[question];
    if (known === undefined || this.#keys[question] === key) return;
    this.#options.open.add(`prompt ${known.category}`, {
      message: advice`the question ${quoteBriefly(questionId)} has a different text in another log. Are the ids the same in all runs? If not, identify questions by their content with ${namedOption('questionId', 'content')}.`,
      location: place,
      suggested: { questionId: 'content' },
    });
  }

  #grow(): void {
    this.#room = Math.max(256, Math.ceil(this.#room * 1.5));
    for (const kept of this.#labels) enlargeLabels(kept, this.#room);
  }
}
