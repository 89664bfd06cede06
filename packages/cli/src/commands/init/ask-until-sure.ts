import {
  type CollectOptions,
  type CollectResult,
  collect,
} from '@embedllm/dataset-builder/collect';
import { count, printable, quantity } from '@embedllm/internals';
import type { OnboardedPool } from '@embedllm/router/learning';
import { listed } from '../../output/listed.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { InitFindings } from './findings.js';
import { learnModels, type Study } from './learn-models.js';

/** Questions that are asked between two looks at whether more would change anything. */
const BATCH = 10;
/** The least that is asked. */
const FIRST = 20;
/** How sure the best model must be for asking to end early. */
const SURE = 0.95;

/** What asking came to. */
export interface Asked {
  readonly pool: OnboardedPool;
  readonly findings: InitFindings;
  readonly calls: number;
  readonly cost: number;
  /** Why fewer questions were asked than allowed. */
  readonly stopped: 'sure' | 'budget' | undefined;
}

/** Asks a batch after the other, until the best model is clear or all has been asked. */
export async function askUntilSure(
  context: Context,
  asking: (count: number) => CollectOptions,
  study: Study,
): Promise<Asked> {
  const { order } = study;
  let calls = 0;
  for (let count = Math.min(FIRST, order.length); ; count = Math.min(count + BATCH, order.length)) {
    const task = context.progress.start('Asking');
    const collected = await collect({
      ...asking(count),
      onProgress: (progress) => {
        task.onProgress({ ...progress, detail: `$${progress.cost.toFixed(3)}` });
      },
    }).finally(() => task.end());
    calls += collected.calls;
    assertRoom(collected);
    const { pool, findings } = await learnModels(context, study, collected.records);
    const best = Math.max(...findings.models.map(({ probabilityBest }) => probabilityBest));
    const stopped =
      collected.stopped ?? (best >= SURE && count < order.length ? 'sure' : undefined);
    if (stopped !== undefined || count === order.length) {
      warnOfGaps(context, collected);
      return { pool, findings, calls, cost: collected.totalCost, stopped };
    }
  }
}

/** @throws UsageError where the budget left no call to a model. */
function assertRoom({ models, stopped }: CollectResult): void {
  if (stopped !== 'budget') return;
  const unasked = models.filter(
    ({ answered, undecided, errors }) => answered + undecided + errors === 0,
  );
  if (unasked.length === 0) return;
  throw new UsageError(
    `--budget has no room for a call of ${listed(unasked.map(({ name }) => name))}: the most that it can cost is reserved first. Give more, or fewer --max-output-tokens.`,
  );
}

function warnOfGaps(context: Context, { models, records }: CollectResult): void {
  for (const { name, errors, undecided } of models) {
    const scored = records.filter(({ model, outcome }) => model === name && outcome !== null);
    // Scorers say what they took for the answer, where there was something to take.
    const silent = scored.filter(({ answer, outcome }) => outcome === 0 && answer === undefined);
    if (silent.length > scored.length / 2) {
      const example = silent[0]?.output?.trim() ?? '';
      context.warn(
        `${count(silent.length)} of ${quantity(scored.length, 'answer')} of ${name} ${silent.length === 1 ? 'states' : 'state'} no answer and ${silent.length === 1 ? 'counts' : 'count'} as wrong; one is ${example === '' ? 'empty' : JSON.stringify(printable(example, 60))}. Is the model set up right?`,
      );
    }
    if (errors > 0) context.warn(`${name} gave no answer to ${quantity(errors, 'question')}.`);
    if (undecided > 0) {
      context.warn(`${quantity(undecided, 'answer')} from ${name} could not be scored.`);
    }
  }
}
