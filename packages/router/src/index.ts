export type { RouteCandidate, RouteDecision } from './decision.js';
export { allow, deny } from './policies/allow-deny.js';
export { bestQuality } from './policies/best-quality.js';
export { type CheapestAboveOptions, cheapestAbove } from './policies/cheapest-above.js';
export { type ExploreOptions, explore } from './policies/explore.js';
export {
  guaranteed,
  type QualityGuarantee,
  type QualityGuaranteeRecord,
} from './policies/guaranteed.js';
export { type LatencyCeilingOptions, latencyCeiling } from './policies/latency-ceiling.js';
export type {
  Constraint,
  Exploration,
  Objective,
  Policy,
  PolicyPart,
  PolicyRequest,
  Preference,
  Redirection,
} from './policies/policy.js';
export { type PreferringOptions, preferring } from './policies/preferring.js';
export {
  type RequiredCapabilitiesOptions,
  requiredCapabilities,
} from './policies/required-capabilities.js';
export { type UtilityOptions, utility } from './policies/utility.js';
export { type WhenUnfamiliarOptions, whenUnfamiliar } from './policies/when-unfamiliar.js';
export { type WithinBudgetOptions, withinBudget } from './policies/within-budget.js';
export { type ChatMessage, lastUserQuestion, messageText } from './question/chat-message.js';
export type { EncodedQuestions } from './question/encode-questions.js';
export type { EncoderIdentity } from './question/encoder-match.js';
export {
  type CapabilityRequest,
  havingCapabilities,
  neededCapabilities,
} from './question/needed-capabilities.js';
export type { Routable } from './question/routable.js';
export { Router } from './router.js';
export type {
  CoverageOptions,
  OutputLengthModel,
  PretrainedSettings,
  PretrainedSource,
  RouteEmbeddingOptions,
  RouteOptions,
  RouterOptions,
  RouterSettings,
} from './router-options.js';
