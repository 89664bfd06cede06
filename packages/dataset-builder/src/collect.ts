export type { TextForm } from '@embedllm/internals';
export type {
  AskableModel,
  CallMessage,
  JsonValue,
  ModelCall,
  ModelReply,
  TokenCount,
} from './collect/askable-model.js';
export { collect } from './collect/collect.js';
export type { CollectModel, ResolvedModel } from './collect/collect-model.js';
export type { CollectOptions, CollectProgress } from './collect/collect-options.js';
export type { CollectQuestion } from './collect/collect-question.js';
export type { CollectRecord } from './collect/collect-record.js';
export type { CollectedModel, CollectResult } from './collect/collect-result.js';
export {
  type ListedPrice,
  type ListedPricesOptions,
  listedPrices,
} from './collect/listed-prices.js';
export { type CollectPlan, type PlannedModel, planCollect } from './collect/plan-collect.js';
export {
  type ReadCollectRecordsOptions,
  readCollectRecords,
} from './collect/read-collect-records.js';
export { type ReadQuestionsOptions, readQuestions } from './collect/read-questions.js';
export { type RescoreOptions, type RescoreResult, rescore } from './collect/rescore.js';
export { resolveModel } from './collect/resolve-model.js';
export { type ModelServer, serverOf } from './collect/server-of.js';
export { VENDOR_KEYS } from './collect/vendors.js';
export type { JudgeCheck, MarkedExample } from './judge/judge-check.js';
export { type JudgeScorer, type JudgeScorerOptions, judgeScorer } from './judge/judge-scorer.js';
export {
  type ReadMarkedExamplesOptions,
  readMarkedExamples,
} from './judge/read-marked-examples.js';
export { choiceScorer } from './scoring/choice.js';
export {
  type CreateScorerOptions,
  createScorer,
  SCORER_NAMES,
  type ScorerName,
} from './scoring/create-scorer.js';
export { type ExactScorerOptions, exactScorer } from './scoring/exact.js';
export { type JavaScriptScorerOptions, javascriptScorer } from './scoring/javascript.js';
export { type JsonScorerOptions, jsonScorer } from './scoring/json.js';
export { latexScorer } from './scoring/latex.js';
export { type NumberScorerOptions, numberScorer } from './scoring/number.js';
export { type PythonScorerOptions, pythonScorer } from './scoring/python.js';
export { pythonLiteralScorer } from './scoring/python-literal.js';
export { type RegexScorerOptions, regexScorer } from './scoring/regex.js';
export type { AnswerToScore, Score, Scorer } from './scoring/scorer.js';
export type { DecisionCandidate } from './traffic/decision-fields.js';
export {
  type DecisionRecord,
  type ReadDecisionsOptions,
  readDecisions,
  type SecondAnswer,
} from './traffic/read-decisions.js';
export {
  type SampledPrompts,
  type SamplePromptsOptions,
  samplePrompts,
} from './traffic/sample-prompts.js';
