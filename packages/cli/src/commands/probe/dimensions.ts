import { figure, formatTable } from '@embedllm/internals';
import { Option } from 'commander';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer, numbers } from '../../program/option-types.js';
import type { DimensionsOptions } from './options.js';
import { addTrainingOptions } from './training-options.js';

/** `embedllm probe dimensions`. */
export const dimensions: AddCommand = defineCommand<DimensionsOptions>({
  name: 'dimensions',
  summary: 'how many dimensions does the data support?',
  details: 'Shows the shape of the curve; training chooses the number on validation questions.',
  examples: [{ command: 'probe dimensions --ranks 0,2,8,32', meaning: 'four numbers of factors' }],
  options: (command) => {
    addTrainingOptions(command).addOption(
      new Option('--ranks <integers>', 'numbers of factors')
        .argParser(numbers(integer({ min: 0 })))
        .default([0, 1, 2, 4, 8], '0,1,2,4,8'),
    );
  },
  run: async (context, options) => {
    const { dimensionSweep } = await import('@embedllm/probes');
    const { withTrainingProbe } = await import('./training-probe.js');
    const result = await withTrainingProbe(context, options, 'dimensions', (training) =>
      dimensionSweep({ ...training, dimensions: options.ranks }),
    );
    context.result(result, () =>
      formatTable(
        ['factors', 'accuracy', 'AUROC', 'log loss', 'routing'],
        result.points.map((point) => [
          String(point.dimensions),
          figure(point.accuracy),
          figure(point.auroc),
          figure(point.logLoss),
          figure(point.routingAccuracy),
        ]),
      ),
    );
    return undefined;
  },
});
