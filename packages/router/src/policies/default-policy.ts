import type { RouterSettings } from '../router-options.js';
import type { Policy } from './policy.js';
import { preferring } from './preferring.js';
import { whenUnfamiliar } from './when-unfamiliar.js';

/**
 * What decides where nothing was chosen: the best quality, guarded as training found best for kinds
 * of question that it saw and that it never saw, where the artifact says how and which model is the single best.
 */
export function defaultPolicy({ familiarity, singleBest: model }: RouterSettings): Policy {
  const { below = 0, margin = 0 } = familiarity?.record.guard ?? {};
  if (!model) return [];
  return [below ? whenUnfamiliar({ below }) : [], margin ? preferring({ model, margin }) : []];
}
