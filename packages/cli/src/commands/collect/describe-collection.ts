import type { CollectPlan, CollectResult } from '@embedllm/dataset-builder/collect';
import { count, formatTable, percent, quantity } from '@embedllm/internals';

/** What came of a collection, for people. */
export function describeCollection(result: CollectResult): string {
  const { models, calls, cost, totalCost, record } = result;
  const rows = models.map((model) => [
    model.name,
    percent(model.meanOutcome),
    ...[model.answered, model.undecided, model.errors, model.unasked].map(count),
    ...[count(model.inputTokens), count(model.outputTokens), dollars(model.cost)],
  ]);
  const header = ['model', 'right', 'answered', 'undecided', 'errors', 'not asked'];
  const lines = [formatTable([...header, 'tokens in', 'tokens out', 'dollars'], rows)];
  const cutOff = models.reduce((sum, model) => sum + model.cutOff, 0);
  if (cutOff > 0) {
    lines.push(
      `${quantity(cutOff, 'answer')} truncated and undecided: raise --max-output-tokens and run the command again.`,
    );
  }
  const errors = models.reduce((sum, model) => sum + model.errors, 0);
  if (errors > 0) {
    const [first] = result.records.filter(({ status }) => status === 'error');
    lines.push(
      `${quantity(errors, 'question')} without an answer, counted as not asked; the first: ${first?.model}: ${first?.error}`,
    );
  }
  lines.push(
    `${quantity(calls, 'question')} asked in this run for $${dollars(cost)}; the record has cost $${dollars(totalCost)}.`,
    `Record: ${record} (turn it into a dataset with: embedllm build ${record})`,
  );
  return lines.join('\n');
}

/** What a collection would take, for people. */
export function describePlan(plan: CollectPlan, budget: number | undefined): string {
  const rows = [...plan.models, ...(plan.models.length > 1 ? [{ ...plan, name: 'all' }] : [])].map(
    (model) => [
      model.name,
      ...[model.calls, model.recorded, model.inputTokens, model.outputTokens].map(count),
      ...[model.cost, model.maxCost].map((cost) => (cost === undefined ? '' : dollars(cost))),
    ],
  );
  const header = ['model', 'calls', 'recorded', 'tokens in', 'tokens out', 'dollars', 'at most'];
  const lines = [formatTable(header, rows)];
  lines.push(
    'Tokens are estimated: four characters each, answers as long as those recorded, or 250 tokens (2,250 with a reasoning effort). "At most" assumes that every answer is as long as --max-output-tokens allows.',
  );
  if (plan.spent > 0) lines.push(`The record has cost $${dollars(plan.spent)} so far.`);
  if (budget !== undefined) {
    const left = Math.max(0, budget - plan.spent);
    const isEnough = plan.maxCost !== undefined && plan.maxCost <= left;
    lines.push(
      `$${dollars(left)} of the budget is left${isEnough ? ', which is enough in any case' : ''}.`,
    );
  }
  lines.push('Nothing was asked (--dry-run).');
  return lines.join('\n');
}

/** Cents where they matter, more digits below. */
function dollars(amount: number): string {
  return amount === 0 || amount >= 1 ? amount.toFixed(2) : amount.toPrecision(2);
}
