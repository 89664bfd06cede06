export type { Gaussian } from './gaussian.js';
export {
  type Answer,
  type Drift,
  type Feedback,
  Learner,
  type LearningOptions,
  type OnboardedModel,
} from './learner.js';
export type { SuggestQuestionsOptions } from './suggest-questions.js';
