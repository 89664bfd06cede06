import { figure, formatTable } from '@embedllm/internals';
import { Option } from 'commander';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer, number } from '../../program/option-types.js';
import type { StabilityOptions } from './options.js';
import { addTrainingOptions } from './training-options.js';

/** `embedllm probe stability`. */
export const stability: AddCommand = defineCommand<StabilityOptions>({
  name: 'stability',
  summary: 'does training on other questions give the same embedding?',
  examples: [{ command: 'probe stability --share 0.8 --runs 4', meaning: 'on shares of 80%' }],
  options: (command) => {
    addTrainingOptions(command)
      .addOption(
        new Option('--runs <integer>', 'number of runs, each on its own share')
          .argParser(integer({ min: 2 }))
          .default(3),
      )
      .addOption(
        new Option('--share <number>', 'share of the training questions per run')
          .argParser(number({ min: 0, max: 1 }))
          .default(0.5),
      );
  },
  run: async (context, options) => {
    const { seedStability } = await import('@embedllm/probes');
    const { withTrainingProbe } = await import('./training-probe.js');
    const seeds = Array.from({ length: options.runs }, (_, seed) => seed);
    const result = await withTrainingProbe(context, options, 'stability', (training) =>
      seedStability({ ...training, seeds, share: options.share }),
    );
    context.result(result, () =>
      formatTable(
        ['runs', 'disparity', 'distance correlation', '5-neighbour overlap', 'logit correlation'],
        [
          ...result.pairs.map((pair) => ({ name: pair.seeds.join(' and '), figures: pair })),
          { name: 'mean', figures: result },
        ].map(({ name, figures }) => [
          name,
          figure(figures.disparity),
          figure(figures.distanceCorrelation),
          figure(figures.neighbourOverlap),
          figure(figures.logitCorrelation),
        ]),
      ),
    );
    return undefined;
  },
});
