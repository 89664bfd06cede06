import { describeVerdict } from '@embedllm/core';
import { figure, formatDifference, formatTable, percent, quantity } from '@embedllm/internals';
import type { RoutingBaselines } from './measure-routing.js';

/** What routing is worth, as a table and in words. */
export function formatRouting(routing: RoutingBaselines): string {
  const { questions, artifact, categoryMeans, others, singleBest: best, random, oracle } = routing;
  const table = formatTable(
    ['routing', 'accuracy', 'vs single best'],
    [
      ['this artifact', figure(artifact.accuracy), formatDifference(artifact.lessSingleBest)],
      ...(categoryMeans
        ? [
            [
              'category means, category known',
              figure(categoryMeans.accuracy),
              formatDifference(categoryMeans.lessSingleBest),
            ],
          ]
        : []),
      ...others.map(({ name, accuracy, lessSingleBest }) => [
        name,
        figure(accuracy),
        formatDifference(lessSingleBest),
      ]),
      ...(best ? [[`single best on train (${best.name})`, figure(best.accuracy), '']] : []),
      ['random model', figure(random), ''],
      ['oracle', figure(oracle), ''],
    ],
  );
  const lines = [table];
  if (best && artifact.lessSingleBest) {
    lines.push(
      `Routing with this artifact is ${describeVerdict(artifact.lessSingleBest.verdict, 'the single best model')} on ${quantity(questions, 'question')} with`,
      'labels for both. 95% intervals of the paired difference in brackets.',
    );
  }
  if (routing.gapClosed !== undefined) {
    lines.push(`Gap from the single best to the oracle closed: ${percent(routing.gapClosed)}`);
  }
  const { rareRight } = routing;
  if (rareRight.artifact !== undefined) {
    const alone =
      rareRight.singleBest === undefined
        ? ''
        : `; the single best is right on ${percent(rareRight.singleBest)}`;
    lines.push(
      `Of ${quantity(rareRight.questions, 'question')} that one model or at most 10% of the models got right, ${percent(rareRight.artifact)} went to such a model${alone}.`,
    );
  }
  return lines.join('\n');
}
