import { type CorrectnessMatrix, MISSING, outcomes } from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';

/** What `rareRightRecall` takes. */
export interface RareRightOptions {
  /** The choice of each question, such as `routeAll(scores, truth)`; -1 for none, length Q. */
  readonly chosen: ArrayLike<number>;
  /** Labels of the same questions. */
  readonly truth: CorrectnessMatrix;
  /**
   * Largest share of the models asked that may be right for a question to count, above 0 and below
   * 1; one right model always counts.
   *
   * @default 0.1
   */
  readonly atMost?: number | undefined;
}

/** How often a choice finds a model that is right where few are. */
export interface RareRightRecall {
  /** How many questions few models got right, and a choice can be judged on. */
  readonly questions: number;
  /** The share of them whose chosen model was right; `undefined` without such questions. */
  readonly recall: number | undefined;
}

/**
 * Recall of the rare right model: of the questions that some but few models got right, the share
 * that went to one of these. Routers lose most of their gap to the oracle here ("model-recall
 * failures" of LLMRouterBench, Li et al., arXiv 2601.07206), which a mean over all questions hides.
 * Questions that only one model was asked are left out.
 *
 * @throws EmbedLLMError `shape-mismatch` on another number of choices, `invalid-argument` on a share
 * out of range.
 */
export function rareRightRecall(options: RareRightOptions): RareRightRecall {
  const { chosen, truth, atMost = 0.1 } = options;
  checkNumber('atMost', atMost, { above: 0, below: 1 });
  let [questions, found] = [0, 0];
  outcomes(truth, chosen).forEach((outcome, question) => {
    if (outcome === undefined) return;
    const labels = truth.row(question).filter((label) => label !== MISSING);
    const right = labels.reduce((sum, label) => sum + label, 0);
    if (labels.length < 2 || right === 0 || right > Math.max(1, atMost * labels.length)) return;
    questions++;
    found += outcome;
  });
  return { questions, recall: questions > 0 ? found / questions : undefined };
}
