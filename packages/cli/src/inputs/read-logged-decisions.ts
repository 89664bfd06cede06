import { type DecisionRecord, readDecisions } from '@embedllm/dataset-builder/collect';
import type { Context } from '../program/context.js';
import { TornLines } from './torn-lines.js';

/** Decisions of a gateway's log, and the names of all models that could have been chosen. */
export interface LoggedDecisions {
  readonly decisions: readonly DecisionRecord[];
  readonly models: readonly string[];
}

/**
 * Reads the decisions of a log, with progress, and warns of incomplete lines.
 *
 * @param file - As it was named.
 */
export async function readLoggedDecisions(
  context: Context,
  file: string,
): Promise<LoggedDecisions> {
  const task = context.progress.start('Reading');
  const torn = new TornLines();
  const decisions = await readDecisions(context.path(file), {
    ...{ signal: context.signal, onProgress: task.onProgress, onTorn: torn.onTorn },
  }).finally(() => task.end());
  torn.warn(context, file);
  const named = decisions.flatMap(({ candidates }) => candidates.map(({ model }) => model));
  return { decisions, models: [...new Set(named)] };
}
