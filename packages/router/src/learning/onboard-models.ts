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
import type { JoiningAnswer } from './answers.js';
import { commonEasiness } from './common-easiness.js';
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
  /** The questions that were asked, and all that accuracy is predicted for. */
  readonly questions: readonly KnownQuestion[];
  /**
   * Your own questions that were asked too: answers name them by the indices that follow. The pool
   * has not answered them, so how easy they are as a whole is estimated from the answers of all models
   * together: ask all models all of them. Accuracy is not predicted for them.
   *
   * @default none
   */
  readonly ownQuestions?: readonly Question[] | undefined;
  /** One at least. */
  readonly models: readonly AnsweringModel[];
  /** As in `LearningOptions`; your own models may be newer than the pool. @default 2 */
  readonly priorWidth?: number | undefined;
  /** As in `LearningOptions`. @default 1 */
  readonly abilityVariance?: number | undefined;
  /** Probability that an interval holds the accuracy. @default 0.95 */
  readonly confidence?: number | undefined;
}

/** What `onboardModels` gives. */
export interface OnboardedPool {
  /**
   * An artifact of these models alone. The pool that it was learned with is its prior, so that further
   * models can join; the metrics and calibration of the old pool are left out, because they belong to
   * other models.
   */
  readonly artifact: Artifact;
  /** What is known of the models on the questions. */
  readonly predicted: PredictedAccuracies;
  /** Of the questions, your own not included, shape [Q, D]. */
  readonly embeddings: Matrix;
}

/**
 * A router's artifact of your own models, from a few answers of each and an artifact of others.
 * Ask all models the same questions: then their differences are known better than their accuracies.
 *
 * @throws EmbedLLMError `invalid-argument` on no model, a name twice, or an answer to no question;
 * otherwise as `Learner.addModel`.
 */
export async function onboardModels(options: OnboardModelsOptions): Promise<OnboardedPool> {
  const { artifact, encoder, questions, models, signal, onProgress } = options;
  const { ownQuestions = [], priorWidth = 2, abilityVariance = 1, confidence } = options;
  if (models.length === 0) {
    throw new EmbedLLMError('There are no models to onboard.', { code: 'invalid-argument' });
  }
  const router = Router.fromArtifact({ ...artifact, calibration: undefined }, { encoder });
  const learner = new Learner(router, { priorWidth, abilityVariance });
  const asked: readonly KnownQuestion[] = [...questions, ...ownQuestions];
  const texts = asked.map(({ prompt }) => prompt);
  const { embeddings: encoded } = await router.encode(texts, { signal, onProgress });
  const embeddings = encoded.selectRows([...questions.keys()]);
  const join = async (easiness: number | undefined): Promise<void> => {
    for (const { model, answers } of models) {
      const joining = answers.flatMap(({ question, outcome }): JoiningAnswer[] => {
        checkInteger('question', question, { min: 0, max: asked.length - 1 });
        const isOwn = question >= questions.length;
        if (isOwn && easiness === undefined) return [];
        const own = { offset: easiness ?? 0, scale: 1 };
        const effect = isOwn ? own : questions[question]?.effect;
        return [{ question: encoded.row(question), outcome, effect }];
      });
      // Models of the pool make room for your own of the same name; what is believed of further
      // models stays what the whole pool says.
      if (router.models.some(({ name }) => name === model.name)) router.removeModel(model.name);
      await learner.addModel(model, joining, { signal });
    }
  };
  await join(undefined);
  if (ownQuestions.length > 0) await join(easinessOfOwn(router, encoded, options));
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

/** How much easier your own questions are than their texts say, by what was learned of the models. */
function easinessOfOwn(
  router: Router,
  encoded: Matrix,
  { questions, models }: OnboardModelsOptions,
): number {
  const { probabilities } = router.predict(encoded);
  const columnOf = new Map(router.models.map(({ name }, column) => [name, column]));
  const own = models.flatMap(({ model, answers }) =>
    answers
      .filter(({ question }) => question >= questions.length)
      .map(({ question, outcome }) => {
        const probability =
          probabilities.row(question)[columnOf.get(model.name) ?? 0] ?? Number.NaN;
        return { outcome, logit: Math.log(probability / (1 - probability)) };
      }),
  );
  return commonEasiness(
    own.map(({ logit }) => logit),
    own.map(({ outcome }) => outcome),
  );
}
