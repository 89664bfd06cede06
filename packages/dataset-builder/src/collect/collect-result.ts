import type { CollectRecord } from './collect-record.js';

/** What a collection holds for one model. */
export interface CollectedModel {
  /** Of the entry. */
  readonly name: string;
  /** Questions with an outcome. */
  readonly answered: number;
  /** Answers that the scorer could not decide. */
  readonly undecided: number;
  /** Among the undecided, those that were cut off at the limit of tokens. */
  readonly cutOff: number;
  /** Questions that got no answer. */
  readonly errors: number;
  /** Questions that were not asked. */
  readonly unasked: number;
  /** Mean outcome of those answered, from 0 to 1; left out where there are none. */
  readonly meanOutcome: number | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars, of these questions. */
  readonly cost: number;
  /** Why it was not asked everything; left out where it was. */
  readonly stopped: string | undefined;
}

/** What `collect` resolves to. */
export interface CollectResult {
  /** Path of the record. */
  readonly record: string;
  /** The newest of each model and question that were to be asked, where there is one. */
  readonly records: readonly CollectRecord[];
  /** In the order given. */
  readonly models: readonly CollectedModel[];
  /** Questions asked in this run, each with all its tries. */
  readonly calls: number;
  /** US dollars, of this run. */
  readonly cost: number;
  /** US dollars, of the whole record. */
  readonly totalCost: number;
  /** `budget` where that is why questions are left. */
  readonly stopped: 'budget' | undefined;
}

/** Counts the records of a model. */
export function collectedModel(
  name: string,
  records: readonly CollectRecord[],
  questions: number,
  stopped: string | undefined,
): CollectedModel {
  const outcomes = records.flatMap(({ outcome }) => (outcome === null ? [] : [outcome]));
  const open = records.filter(({ status, outcome }) => status === 'ok' && outcome === null);
  const sum = (value: (record: CollectRecord) => number | undefined): number =>
    records.reduce((total, record) => total + (value(record) ?? 0), 0);
  return {
    name,
    answered: outcomes.length,
    undecided: open.length,
    cutOff: open.filter(({ finishReason }) => finishReason === 'length').length,
    errors: records.filter(({ status }) => status === 'error').length,
    unasked: questions - records.length,
    meanOutcome:
      outcomes.length === 0
        ? undefined
        : outcomes.reduce((total, outcome) => total + outcome, 0) / outcomes.length,
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    cost: sum(({ cost }) => cost),
    stopped,
  };
}
