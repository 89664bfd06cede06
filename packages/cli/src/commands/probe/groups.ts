import { formatTable } from '@embedllm/internals';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import type { GroupsOptions } from './options.js';
import { addPermutationOptions } from './permutation-options.js';
import { addVectorOptions } from './vector-options.js';

/** `embedllm probe groups`. */
export const groups: AddCommand = defineCommand<GroupsOptions>({
  name: 'groups',
  summary: 'are families, or other groups, closer than chance?',
  details: 'Permutation tests: mean distances, ANOSIM, PERMANOVA, and each group separately.',
  examples: [
    { command: 'probe groups --part factors', meaning: 'families, without general ability' },
    { command: 'probe groups --by size', meaning: 'size classes' },
  ],
  options: (command) => {
    addPermutationOptions(
      addVectorOptions(command).option('--by <attribute>', 'family, size, or metadata', 'family'),
    );
  },
  run: async (context, { artifact, by, part, metric, permutations, seed }) => {
    const { groupCloseness, modelDistances, sizeClass } = await import('@embedllm/probes');
    const { attributeValues, openModel } = await import('./open-model.js');
    const opened = await openModel(context, artifact);
    const labels = attributeValues(opened, by).map((value) =>
      by === 'size' && typeof value === 'number' ? sizeClass(value) : value?.toString(),
    );
    const { distances } = modelDistances({ model: opened.model, part, metric });
    const result = groupCloseness({ distances, labels, permutations, seed });
    context.result({ by, part, metric, ...result }, () => {
      const { withinMean, betweenMean, standardizedDifference, pValue, anosim, permanova } = result;
      const tests = [
        [
          'mean distance',
          `within ${withinMean.toFixed(3)}, between ${betweenMean.toFixed(3)}, d ${standardizedDifference.toFixed(2)}`,
          pValue.toFixed(3),
        ],
        ['ANOSIM', `R ${anosim.r.toFixed(2)}`, anosim.pValue.toFixed(3)],
        ['PERMANOVA', `R2 ${permanova.r2.toFixed(2)}`, permanova.pValue.toFixed(3)],
      ];
      const each = result.groups.map((group) => [
        group.label,
        String(group.models),
        group.withinMean.toFixed(3),
        group.adjustedPValue.toFixed(3),
      ]);
      return [
        `${result.models} models by ${by}, ${permutations} permutations`,
        formatTable(['test', 'result', 'p'], tests),
        '',
        formatTable(['group', 'models', 'mean distance', 'adjusted p'], each),
      ].join('\n');
    });
    return undefined;
  },
});
