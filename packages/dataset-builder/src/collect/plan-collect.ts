import { AnswerLength } from './answer-length.js';
import { type CollectOptions, hasPrices } from './collect-options.js';
import { openCollection } from './open-collection.js';
import { mostCost, type QuestionCall, textSent } from './prepared-call.js';
import { costOf, expectedInputTokens } from './usage.js';

/** What a collection would ask of one model. */
export interface PlannedModel {
  /** Of the entry. */
  readonly name: string;
  /** Questions that would be asked. */
  readonly calls: number;
  /** Questions that the record has an answer to. */
  readonly recorded: number;
  /** Tokens read, about: four characters each. */
  readonly inputTokens: number;
  /** Tokens written, about: what the record's answers of the model have, else a usual answer. */
  readonly outputTokens: number;
  /** US dollars, about; left out where a price is unknown. */
  readonly cost: number | undefined;
  /** US dollars at most, if every answer is as long as it may be. */
  readonly maxCost: number | undefined;
}

/** What a collection would do. */
export interface CollectPlan extends Omit<PlannedModel, 'name'> {
  readonly models: readonly PlannedModel[];
  /** US dollars that the record cost so far. */
  readonly spent: number;
}

/**
 * Says what `collect` would ask with the same options, without asking anything: calls, tokens and
 * dollars. Answers are assumed as long as those that the record has of the model, else 250 tokens,
 * and 2,250 where a reasoning effort is set.
 *
 * @throws as `collect` does, before it asks.
 */
export async function planCollect(options: CollectOptions): Promise<CollectPlan> {
  const { models, records, spent } = await openCollection(options);
  const lengths = new AnswerLength(records.values());
  const planned = models.map(({ name, all, open }): PlannedModel => {
    const [first] = all;
    const usual = first === undefined ? 0 : lengths.expected(first);
    const inputTokens = sum(open, ({ question }) => expectedInputTokens(textSent(question)));
    const outputTokens = open.length * usual;
    const isPriced = first !== undefined && hasPrices(first.model);
    return {
      name,
      calls: open.length,
      recorded: all.length - open.length,
      inputTokens,
      outputTokens,
      cost: isPriced ? costOf(first.model, inputTokens, outputTokens) : undefined,
      maxCost: isPriced ? sum(open, mostCostWithScoring) : undefined,
    };
  });
  const total = (value: (model: PlannedModel) => number): number => sum(planned, value);
  const isPriced = planned.every(({ cost }) => cost !== undefined);
  return {
    models: planned,
    calls: total(({ calls }) => calls),
    recorded: total(({ recorded }) => recorded),
    inputTokens: total(({ inputTokens }) => inputTokens),
    outputTokens: total(({ outputTokens }) => outputTokens),
    cost: isPriced ? total(({ cost }) => cost ?? 0) : undefined,
    maxCost: isPriced ? total(({ maxCost }) => maxCost ?? 0) : undefined,
    spent,
  };
}

/** With what scoring an answer costs that is as long as it may be, of four characters a token. */
function mostCostWithScoring(call: QuestionCall): number {
  const { question, maxOutputTokens } = call;
  const { scorer, prompt, key, instructions } = question;
  const output = 'x'.repeat(scorer.mostCost ? 4 * maxOutputTokens : 0);
  return mostCost(call) + (scorer.mostCost?.({ prompt, key, output, instructions }) ?? 0);
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
