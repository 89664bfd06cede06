import { type CollectOptions, planCollect } from '@embedllm/dataset-builder/collect';
import { count, quantity } from '@embedllm/internals';

/** What would be asked at most, in a sentence or two. */
export async function describePlan(options: CollectOptions): Promise<string> {
  const plan = await planCollect(options);
  const { calls, recorded, inputTokens, outputTokens, cost, maxCost } = plan;
  const dollars =
    cost === undefined || maxCost === undefined
      ? 'at unknown prices (set them with --price NAME=IN/OUT)'
      : `about $${cost.toFixed(2)}, at most $${maxCost.toFixed(2)}`;
  const known = recorded > 0 ? ` ${quantity(recorded, 'answer')} are already recorded.` : '';
  return `At most ${quantity(calls, 'call')}: ${quantity(options.questions.length, 'question')} to ${quantity(options.models.length, 'model')}, about ${count(inputTokens)} tokens in and ${count(outputTokens)} out, ${dollars}.${known}`;
}
