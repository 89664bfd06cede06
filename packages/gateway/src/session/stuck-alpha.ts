import type { StuckSettings } from '../configuration/session-settings.js';
import type { SessionMemory } from './session-memory.js';

/** The level of a session's next test: each may err half as often as the one before, all together as often as is set. */
export function stuckAlpha(
  { alpha }: StuckSettings,
  { left }: Pick<SessionMemory, 'left'>,
): number {
  return alpha / 2 ** (left.length + 1);
}
