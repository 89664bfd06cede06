import { type Engine, type EngineKind, resolveEngine } from '@embedllm/trainer';
import type { Context } from '../program/context.js';

/** Opens the engine that was asked for, or the best that works, saying what it could not use. */
export async function openEngine(context: Context, kind: EngineKind | undefined): Promise<Engine> {
  return resolveEngine({
    prefer: kind === undefined ? undefined : [kind],
    onFallback: ({ unavailable, next, reason }) =>
      context.warn(`${unavailable} is not available, using ${next} instead: ${reason.message}`),
  });
}
