export type { Drift, Feedback, JoiningAnswer, OnboardedModel } from './answers.js';
export type { Gaussian } from './gaussian.js';
export { Learner } from './learner.js';
export type { LearningOptions } from './learning-options.js';
export type { GaussianState, LearningState } from './learning-state.js';
export {
  type AnsweringModel,
  type KnownQuestion,
  type OnboardedPool,
  type OnboardModelsOptions,
  onboardModels,
} from './onboard-models.js';
export type {
  PredictAccuraciesOptions,
  PredictedAccuracies,
  PredictedAccuracy,
  PredictedShare,
} from './predict-accuracies.js';
export {
  type FitQuestionEffectsOptions,
  fitQuestionEffects,
  type QuestionEffect,
  type QuestionEffects,
} from './question-effects.js';
export type { SuggestQuestionsOptions } from './suggest-questions.js';
