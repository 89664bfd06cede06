import type { Answer, ModelInfo } from '@embedllm/core';
import type { Routable } from '../question/routable.js';
import type { Gaussian } from './gaussian.js';
import type { QuestionEffect } from './question-effects.js';

/** An answer of a model of the pool: a graded one, or thumbs up (1) and down (0). */
export interface Feedback extends Answer<Routable> {
  readonly model: string;
}

/** A model that has drifted. */
export interface Drift {
  readonly model: string;
  /** The change of its logits that explains the answers best: below 0 when it got worse. */
  readonly shift: number;
}

/** An answer that a model joins with. */
export interface JoiningAnswer extends Answer<Routable> {
  /** What is known of its question beyond the text: of `fitQuestionEffects`. @default nothing */
  readonly effect?: QuestionEffect | undefined;
}

/** A model that joined by its answers. */
export interface OnboardedModel {
  readonly model: ModelInfo;
  /** Posterior mean and covariance of its embedding, d and row-major [d, d]. */
  readonly posterior: Gaussian;
  /** Answers that it joined with. */
  readonly answers: number;
}
