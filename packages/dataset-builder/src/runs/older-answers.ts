import type { LabelledRun } from './run-sample.js';

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

/** An answer of a run. */
export interface OlderAnswer {
  readonly questionId: string;
  /** Its label or score. */
  readonly label: number;
  readonly row: number;
}

/** A run and its file. */
export type RunOfFile = LabelledRun & { readonly file: string };

/** How many disagreements are listed; all are counted. */
const LISTED = 100;

/** Answers of older runs, next to those of newer runs, which stand. */
export class OlderAnswers {
  /** The first 100. */
  readonly disagreements: RunDisagreement[] = [];
  readonly #leftOut: { run: RunOfFile; key: string; answer: OlderAnswer }[] = [];

  /** @param present - The label in use. @param model - Its name. */
  compare(run: RunOfFile, answer: OlderAnswer, present: number, model: string): void {
    const { questionId, label, row } = answer;
    if (label === present) {
      run.counts.repeated++;
      return;
    }
    run.counts.disagreements++;
    if (this.disagreements.length >= LISTED) return;
    this.disagreements.push({ model, questionId, label: present, file: run.file, row });
  }

  /** Leaves an answer out, to a question that no newer run of the model asked by this id. */
  leaveOut(run: RunOfFile, key: string | undefined, answer: OlderAnswer): void {
    run.counts.unused++;
    if (key !== undefined) this.#leftOut.push({ run, key, answer });
  }

  /**
   * Compares answers left out with those to the same question, asked with its choices in another
   * order.
   *
   * @param find - The label in use of a model, by its position, on a question of a key.
   */
  compareLeftOut(
    find: (model: number, key: string) => { present: number; name: string } | undefined,
  ): void {
    for (const { run, key, answer } of this.#leftOut) {
      const found = find(run.model, key);
      if (found === undefined) continue;
      run.counts.unused--;
      this.compare(run, answer, found.present, found.name);
    }
  }
}
