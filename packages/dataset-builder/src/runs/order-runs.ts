import { advice, namedOption } from '@embedllm/core';
import type { OpenChoices } from './open-choices.js';
import type { RunsRule } from './read-runs-options.js';

/** A run as far as its order matters. */
export interface OrderedRun {
  readonly run: {
    readonly file: string;
    readonly model: string;
    /** What its questions belong to. */
    readonly variant: string;
  };
  /** When it was made; the greater, the newer. */
  readonly made: string | number;
}

/** By path; the runs of one model on one task together, the newest first. */
export function inReadingOrder<Run extends OrderedRun>(runs: readonly Run[]): Run[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.run.model, run.run.variant]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].flatMap((group) =>
    group.sort((a, b) => (a.made < b.made ? 1 : a.made > b.made ? -1 : 0)),
  );
}

/**
 * Whether an older run may give way to a newer one; otherwise that is left open.
 *
 * @param isSureOfModel - Whether both are known to be of one model.
 */
export function checkSupersedes(
  { newer, older }: { readonly newer: OrderedRun; readonly older: OrderedRun },
  {
    runs,
    isSureOfModel,
    open,
  }: {
    readonly runs: RunsRule | undefined;
    readonly isSureOfModel: boolean;
    readonly open: OpenChoices;
  },
): void {
  const { file, model, variant } = older.run;
  const what = `is another run of ${model} on ${variant} than ${newer.run.file}`;
  const name = namedOption('modelName', { [open.nameOf(file)]: 'NAME' });
  const naming = { modelName: { [open.nameOf(file)]: 'NAME' } };
  if (runs === 'refuse') {
    open.add(`refuse ${model} ${variant}`, {
      message: advice`${what}. Remove one, or use both with ${namedOption('runs', 'merge')}.`,
      location: { file },
      suggested: { runs: 'merge' },
    });
  } else if (newer.made === older.made) {
    open.add(`same time ${model} ${variant}`, {
      message: advice`${what}, and neither says which is newer. Skip one with ${namedOption('skipFiles', [open.nameOf(file)])}, or name its model with ${name}.`,
      location: { file },
      suggested: naming,
    });
  } else if (!isSureOfModel && runs === undefined) {
    open.add(`model of ${model} ${variant}`, {
      message: advice`${what}, or of another model: no results file identifies it. Treat them as one model with ${namedOption('runs', 'merge')}, or name its model with ${name}.`,
      location: { file },
      suggested: naming,
    });
  }
}
