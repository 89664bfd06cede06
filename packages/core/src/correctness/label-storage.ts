/** The value that stands for "this model was not asked this question". */
export const MISSING = 255;

/** Takes one observed label, with the indices of its question and model. */
export type LabelVisitor = (question: number, model: number, label: 0 | 1) => void;

/** How the labels of a `CorrectnessMatrix` are kept. */
export interface LabelStorage {
  readonly kind: 'dense' | 'sparse';
  /** 0, 1 or `MISSING`. */
  get(question: number, model: number): number;
  /** Row-major labels of the questions from `start` to `end`. */
  tile(start: number, end: number): Uint8Array;
  countObserved(): number;
  /** Visits the observed labels of a range of questions, question by question, models ascending. */
  forEach(visit: LabelVisitor, range: readonly [start: number, end: number]): void;
}
