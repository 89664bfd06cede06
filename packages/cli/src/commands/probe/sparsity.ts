import { count, figure, formatTable, percent } from '@embedllm/internals';
import { Option } from 'commander';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer, number, numbers } from '../../program/option-types.js';
import type { SparsityOptions } from './options.js';
import { addTrainingOptions } from './training-options.js';

/** `embedllm probe sparsity`. */
export const sparsity: AddCommand = defineCommand<SparsityOptions>({
  name: 'sparsity',
  summary: 'how many questions and answers are needed?',
  examples: [{ command: 'probe sparsity --shares 0.1,0.5,1', meaning: 'three shares' }],
  options: (command) => {
    addTrainingOptions(command)
      .addOption(
        new Option('--shares <numbers>', 'shares of the training data to keep')
          .argParser(numbers(number({ min: 0, max: 1 })))
          .default([0.05, 0.1, 0.2, 0.5], '0.05,0.1,0.2,0.5'),
      )
      .addOption(
        new Option('--repetitions <integer>', 'random draws')
          .argParser(integer({ min: 1 }))
          .default(3),
      );
  },
  run: async (context, options) => {
    const { sparsityCurve } = await import('@embedllm/probes');
    const { withTrainingProbe } = await import('./training-probe.js');
    const { shares, repetitions, seed } = options;
    const result = await withTrainingProbe(context, options, 'sparsity', (training) =>
      sparsityCurve({
        ...training,
        questionShares: [...shares, ...(shares.includes(1) ? [] : [1])],
        answerShares: shares.filter((share) => share < 1),
        repetitions,
        seed,
      }),
    );
    context.result(result, () =>
      formatTable(
        ['thinned', 'kept', 'training labels', 'accuracy', 'AUROC', 'log loss'],
        result.points.map((point) => [
          point.thinned,
          percent(point.share),
          count(Math.round(point.trainingLabels)),
          figure(point.accuracy),
          figure(point.auroc),
          figure(point.logLoss),
        ]),
      ),
    );
    return undefined;
  },
});
