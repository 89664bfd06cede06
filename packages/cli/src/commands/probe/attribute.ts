import { formatTable, percent } from '@embedllm/internals';
import { Option } from 'commander';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import type { AttributeOptions } from './options.js';
import { addPermutationOptions } from './permutation-options.js';
import { addVectorOptions } from './vector-options.js';

/** `embedllm probe attribute`. */
export const attribute: AddCommand = defineCommand<AttributeOptions>({
  name: 'attribute',
  summary: 'does the embedding reveal the family, the size or another attribute?',
  details:
    'Each model is predicted from all others, and a permutation test shows whether that beats chance. ' +
    'Sizes are predicted as logarithms.',
  arguments: [['<name>', 'family, size, or a key in the model metadata']],
  examples: [
    { command: 'probe attribute size --part factors', meaning: 'from relative strengths' },
  ],
  options: (command) => {
    addPermutationOptions(
      addVectorOptions(command).addOption(
        new Option('--probe <probe>', 'what predicts')
          .choices(['ridge', 'nearest-neighbours'])
          .default('ridge'),
      ),
    );
  },
  run: async (context, options, [name = '']) => {
    const { part, metric, probe, permutations, seed } = options;
    const { probeAttribute } = await import('@embedllm/probes');
    const { attributeValues, openModel } = await import('./open-model.js');
    const opened = await openModel(context, options.artifact);
    const values = attributeValues(opened, name).map((value) =>
      name === 'size' && typeof value === 'number' ? Math.log10(value) : value,
    );
    const task = context.progress.start('Permuting');
    const result = await probeAttribute({
      model: opened.model,
      part,
      metric,
      values,
      probe,
      permutations,
      seed,
      signal: context.signal,
      onProgress: task.onProgress,
    });
    task.end();
    context.result({ attribute: name, part, probe, ...result }, () => {
      const shown = (value: string | number): string =>
        typeof value === 'number' ? value.toFixed(3) : value;
      const figures =
        result.kind === 'classes'
          ? `accuracy ${percent(result.accuracy)}, most frequent class ${percent(result.majorityShare)}`
          : `R2 ${result.r2.toFixed(3)}, mean absolute error ${result.meanAbsoluteError.toFixed(3)}${name === 'size' ? ' (log10)' : ''}`;
      const rows = result.predictions.map((entry) => [
        entry.name,
        shown(entry.actual),
        shown(entry.predicted),
      ]);
      return [
        `${name} of ${result.models} models: ${figures}, p ${result.pValue.toFixed(3)}`,
        formatTable(['model', 'is', 'predicted'], rows),
      ].join('\n');
    });
    return undefined;
  },
});
