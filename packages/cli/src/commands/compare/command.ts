import { Option } from 'commander';
import { addDataOptions } from '../../inputs/data-options.js';
import { addEncoderOptions } from '../../inputs/encoder-options.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer, names } from '../../program/option-types.js';
import { ESTIMATOR_NAMES } from './estimator-names.js';
import type { CompareCommandOptions } from './options.js';

/** `embedllm compare`. */
export const compare: AddCommand = defineCommand<CompareCommandOptions>({
  name: 'compare',
  summary: 'compare solvers and baselines over repeated splits',
  details:
    'Every seed makes a new split, 80/10/10 within categories, and lsa is refitted on ' +
    'the training questions of each split. Routing is compared question by question with the first ' +
    'estimator and with the single best model: of those that were asked at least 95% of the ' +
    'training questions, the most accurate one.',
  examples: [
    { command: 'compare', meaning: 'the direct solver and the usual baselines, five splits' },
    {
      command: 'compare --estimators direct,adam,knn --splits 10 --json',
      meaning: 'compared with the published training (takes minutes)',
    },
  ],
  options: (command) => {
    addEncoderOptions(addDataOptions(command))
      .option('--embeddings <file>', 'vectors of the questions, from encode or .npy')
      .addOption(
        new Option('--estimators <names>', `out of ${ESTIMATOR_NAMES.join(', ')}`)
          .argParser(names)
          .default(
            ['direct', 'knn', 'category-means', 'model-means', 'single-best', 'random', 'oracle'],
            'all but irt-1, irt-2 and adam',
          ),
      )
      .addOption(
        new Option('--splits <integer>', 'number of splits; three or more for intervals')
          .argParser(integer({ min: 1, max: 1000 }))
          .default(5),
      )
      .addOption(
        new Option('--resamples <integer>', 'level of the intervals')
          .argParser(integer({ min: 100 }))
          .default(10_000),
      );
  },
  run: async (context, options) => {
    const { compareEstimators } = await import('./compare-estimators.js');
    const { summary, text } = await compareEstimators(context, options);
    context.result(summary, () => text);
    return undefined;
  },
});
