export {
  type AccuracyFallback,
  fallbackLogits,
  mixLogits,
  weightAt,
} from './accuracy-fallback.js';
export {
  type FamiliarLogits,
  type FamiliarLogitsOptions,
  familiarLogits,
} from './familiar-logits.js';
export {
  type Assessment,
  type Familiarity,
  type FamiliarityRecord,
  type FamiliarityScale,
  type RestoreFamiliarityOptions,
  type RoutingGuard,
  restoreFamiliarity,
  shrinkLogits,
} from './familiarity.js';
export { type FitFamiliarityOptions, fitFamiliarity } from './fit-familiarity.js';
export { type GuardScoresOptions, guardScores } from './guard-scores.js';
export type { KnownKinds } from './known-kinds.js';
