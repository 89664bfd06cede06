import { formatTable } from '@embedllm/internals';
import { Option } from 'commander';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { names } from '../../program/option-types.js';
import type { AblateOptions } from './options.js';
import { addTrainingOptions } from './training-options.js';

/** `embedllm probe ablate`. */
export const ablate: AddCommand = defineCommand<AblateOptions>({
  name: 'ablate',
  summary: 'what does a benchmark contribute to the others?',
  details: 'Trains without each benchmark in turn or, from a base, with one more.',
  examples: [{ command: 'probe ablate --json', meaning: 'all figures' }],
  options: (command) => {
    addTrainingOptions(command).addOption(
      new Option('--base <benchmarks>', 'benchmarks of the reference (default: all)').argParser(
        names,
      ),
    );
  },
  run: async (context, options) => {
    const { ablateBenchmarks } = await import('@embedllm/probes');
    const { withTrainingProbe } = await import('./training-probe.js');
    const result = await withTrainingProbe(context, options, 'ablate', (training) =>
      ablateBenchmarks({ ...training, base: options.base }),
    );
    context.result(result, () => {
      const benchmarks = result.reference.map(({ benchmark }) => benchmark);
      const rows = result.changes.map(({ benchmark, change, effects }) => [
        `${benchmark} ${change}`,
        ...benchmarks.map((name) => {
          const effect = effects.find((entry) => entry.benchmark === name);
          const difference = effect?.accuracyDifference;
          return difference === undefined ? '' : difference.toFixed(4);
        }),
      ]);
      const reference = [
        'reference',
        ...result.reference.map(({ accuracy }) => accuracy.toFixed(4)),
      ];
      return `Accuracy on test questions, and its change\n${formatTable(['', ...benchmarks], [reference, ...rows])}`;
    });
    return undefined;
  },
});
