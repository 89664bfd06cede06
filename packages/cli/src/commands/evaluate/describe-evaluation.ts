import { percent } from '@embedllm/internals';
import { formatMetrics } from '../../output/format-metrics.js';
import { formatRouting } from '../../routing/format-routing.js';
import type { EvaluationSummary } from './evaluation-summary.js';
import { formatRoutingCosts } from './routing-costs.js';

/** What an evaluation found, for people. */
export function describeEvaluation(summary: EvaluationSummary): string {
  const { metrics, routing, questions, categories, checks, split, flips } = summary;
  const all = { name: 'all', metrics, questions };
  const rows = categories.map(({ category, ...figures }) => ({ name: category, metrics: figures }));
  const parts = [
    `Questions: ${split}`,
    formatMetrics('category', rows.length > 0 ? [...rows, all] : [all]),
    '',
    formatRouting(routing),
    ...formatRoutingCosts(summary.costs, routing.singleBest?.name),
    ...(flips
      ? [
          `With typing errors in ${percent(flips.typingErrors)} of the longer words, ${percent(flips.flipRate)} of the questions go to another model.`,
        ]
      : []),
  ];
  for (const { message } of checks) parts.push(message);
  return parts.join('\n');
}
