export type { Gaussian } from './gaussian.js';
export {
  type Drift,
  type Feedback,
  Learner,
  type OnboardedModel,
} from './learner.js';
export type { LearningOptions } from './learning-options.js';
export type { GaussianState, LearningState } from './learning-state.js';
export type { SuggestQuestionsOptions } from './suggest-questions.js';
