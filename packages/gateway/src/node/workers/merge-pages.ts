import { MAX_RECENT, type Spending } from '../../observe/activity.js';
import type { PageState } from '../../ui/page-state.js';

const CIRCUITS = ['closed', 'half-open', 'open'] as const;

/** What several processes show to the operator, added up; of circuits the worst. */
export function mergePages(own: PageState, others: readonly PageState[]): PageState {
  const all = [own, ...others];
  const sum = (read: (page: PageState) => number): number =>
    all.reduce((total, page) => total + read(page), 0);
  return {
    ...own,
    startedAt: Math.min(...all.map(({ startedAt }) => startedAt)),
    running: sum(({ running }) => running),
    waiting: sum(({ waiting }) => waiting),
    traffic: own.traffic.map((_, index) => ({
      requests: sum(({ traffic }) => traffic[index]?.requests ?? 0),
      failures: sum(({ traffic }) => traffic[index]?.failures ?? 0),
    })),
    models: own.models.map((model) => {
      const same = all.flatMap(({ models }) => models.filter(({ name }) => name === model.name));
      const worst = Math.max(...same.map(({ circuit }) => CIRCUITS.indexOf(circuit)));
      return {
        ...model,
        circuit: CIRCUITS[worst] ?? model.circuit,
        restMs: Math.max(...same.map(({ restMs }) => restMs)),
        failedCalls: same.reduce((total, { failedCalls }) => total + failedCalls, 0),
      };
    }),
    spending: mergeSpending(all.flatMap(({ spending }) => spending)),
    recent: all
      .flatMap(({ recent }) => recent)
      .sort((one, other) => other.at - one.at)
      .slice(0, MAX_RECENT),
  };
}

function mergeSpending(all: readonly Spending[]): Spending[] {
  const merged = new Map<string, Spending>();
  for (const spent of all) {
    const name = JSON.stringify([spent.key, spent.model]);
    const sum = merged.get(name);
    if (!sum) {
      merged.set(name, { ...spent });
      continue;
    }
    sum.requests += spent.requests;
    sum.failures += spent.failures;
    sum.inputTokens += spent.inputTokens;
    sum.outputTokens += spent.outputTokens;
    sum.costUsd += spent.costUsd;
    sum.savedUsd += spent.savedUsd;
    sum.unpriced += spent.unpriced;
  }
  return [...merged.values()];
}
