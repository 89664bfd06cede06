export { adviseCascade, type CascadeAdvice } from './advise-cascade.js';
export { type AnswerKey, answerKeys } from './answer-keys.js';
export type { AnswerRule } from './answer-rule.js';
export { type CascadeOptions, type CascadeResult, cascade, vote } from './cascade.js';
export type { CascadeLog } from './cascade-log.js';
export {
  type CertifiedCascade,
  type CertifyCascadeOptions,
  certifyCascade,
} from './certify-cascade.js';
export { type CascadeGate, fitGate } from './fit-gate.js';
export {
  type LogAnswersOptions,
  type LoggedAnswers,
  logAnswers,
  type RecordedAnswer,
} from './log-answers.js';
