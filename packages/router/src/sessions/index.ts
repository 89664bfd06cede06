export type { SessionCandidate, TokenPrices } from './session-candidate.js';
export {
  type HealthyRates,
  type SessionOutcome,
  type SessionOutcomeKind,
  type StuckBets,
  type StuckOptions,
  type StuckResult,
  type StuckState,
  testStuck,
} from './stuck.js';
export { type SwitchDecision, type SwitchOptions, weighSwitch } from './switch.js';
export { type TaskQuestionOptions, taskQuestion } from './task-question.js';
export { typedText } from './typed-text.js';
