import { testStuck } from '@embedllm/router/sessions';
import type { GatewayState } from '../gateway-state.js';
import type { GatewayMetrics } from '../observe/gateway-metrics.js';
import type { AnswerOutcome } from '../outcomes/outcome.js';
import { readMemory } from './session-memory.js';
import { stuckAlpha } from './stuck-alpha.js';

/** Below this an answer counts as failed. */
const GOOD = 0.5;

/** What was posted about an answer speaks for or against the model of its session being stuck. */
export async function notePosted(
  { sessions, configuration }: GatewayState,
  metrics: GatewayMetrics,
  { session, model, outcome, isRepeated }: AnswerOutcome,
): Promise<void> {
  const { stuck } = configuration.routing.sessions;
  if (!stuck || session === undefined || isRepeated === true) return;
  const memory = readMemory(await sessions.find(session).catch(() => undefined));
  if (memory?.model !== model) return;
  const failed = outcome < GOOD;
  const options = { alpha: stuckAlpha(stuck, memory), healthy: stuck.healthy };
  const tested = testStuck(memory.stuck, [{ kind: 'posted', failed }], options);
  metrics.sessionOutcomes.add({ kind: 'posted', failed: String(failed) });
  const isStuck = memory.isStuck || tested.isStuck;
  const changed = JSON.stringify({ ...memory, stuck: tested.state, isStuck });
  await sessions.keep(session, changed, configuration.routing.sessions);
}
