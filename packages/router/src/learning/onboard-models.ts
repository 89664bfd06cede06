import {
  type Artifact,
  EmbedLLMError,
  type EncodeOptions,
  type Matrix,
  type ModelInfo,
  type Question,
  type QuestionEncoder,
} from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { Router } from '../router.js';
import { Learner } from './learner.js';
import type { PredictedAccuracies } from './predict-accuracies.js';
import type { QuestionEffect } from './question-effects.js';

/** A question that a pool has answered, such as one of a bank of `@embedllm/pretrained`. */
export interface KnownQuestion extends Question {
  /** What the pool's answers say of it beyond its text. @default nothing */
  readonly effect?: QuestionEffect | undefined;
}

/** A model with its answers to known questions. */
export interface AnsweringModel {
  readonly model: ModelInfo;
  /** `question` is the index of the question; graded outcomes are from 0 to 1. */
  readonly answers: readonly { readonly question: number; readonly outcome: number }[];
}

/** Options of `onboardModels`. */
export interface OnboardModelsOptions extends EncodeOptions {
  /** Trained on other models. */
  readonly artifact: Artifact;
  /** The artifact's encoder. */
  readonly encoder: QuestionEncoder;
  /** The questions that were asked, and all that accuracy is to be told for. */
  readonly questions: readonly KnownQuestion[];
  /** One at least. */
  readonly models: readonly AnsweringModel[];
  /** As of a `Learner`; models of one's own may be newer than the pool. @default 2 */
  readonly priorWidth?: number | undefined;
  /** Probability that an interval holds the accuracy. @default 0.95 */
  readonly confidence?: number | undefined;
}

/** What `onboardModels` gives. */
export interface OnboardedPool {
  /**
   * An artifact of these models alone. The pool that it was learnt with is its prior, so that further
   * models can join; figures and the calibration of the pool are left out, as they are of others.
   */
  readonly artifact: Artifact;
  /** What is known of the models on the questions. */
  readonly predicted: PredictedAccuracies;
  /** Of the questions, shape [Q, D]. */
  readonly embeddings: Matrix;
}

/**
 * A router's artifact of models of one's own, from a few answers of each and an artifact of others.
 * Ask all models the same questions: then their differences are known better than their accuracies.
 *
 * @throws EmbedLLMError `invalid-argument` on no model, a name twice, or an answer to no question;
 * otherwise as `Learner.addModel`.
 */
export async function onboardModels(options: OnboardModelsOptions): Promise<OnboardedPool> {
  const { artifact, encoder, questions, models, signal, onProgress } = options;
  const { priorWidth = 2, confidence } = options;
  if (models.length === 0) {
    throw new EmbedLLMError('There is no model to onboard.', { code: 'invalid-argument' });
  }
  const router = Router.fromArtifact({ ...artifact, calibration: undefined }, { encoder });
  const learner = new Learner(router, { priorWidth });
  const texts = questions.map(({ prompt }) => prompt);
  const { embeddings } = await router.encode(texts, { signal, onProgress });
  // Models of the pool make room for one's own of the same name; what is believed of further models
  // stays what the whole pool says.
  for (const { name } of artifact.models) {
    if (models.some(({ model }) => model.name === name)) router.removeModel(name);
  }
  for (const { model, answers } of models) {
    const joining = answers.map(({ question, outcome }) => {
      checkInteger('question', question, { min: 0, max: questions.length - 1 });
      const { effect } = questions[question]!;
      return { question: embeddings.row(question), outcome, effect };
    });
    await learner.addModel(model, joining, { signal });
  }
  const names = models.map(({ model }) => model.name);
  const effects = questions.map(({ effect }) => effect ?? { offset: 0, scale: 1 });
  const predicted = learner.predictAccuracies({
    questions: embeddings,
    effects,
    models: names,
    confidence,
  });
  for (const { name } of router.models) if (!names.includes(name)) router.removeModel(name);
  const best = predicted.models.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  const { metrics: _, calibration: __, modelCard: ___, ...kept } = artifact;
  return {
    artifact: {
      ...kept,
      model: router.toModel(),
      models: router.models,
      training: { ...artifact.training, singleBest: best.model },
      metrics: {},
      learning: { ...learner.toJSON() },
    },
    predicted,
    embeddings,
  };
}
