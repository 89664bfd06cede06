import { formatTable } from '@embedllm/internals';
import { Option } from 'commander';
import { addDataOptions } from '../../inputs/data-options.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer } from '../../program/option-types.js';
import type { DuplicatesOptions } from './options.js';

/** `embedllm probe duplicates`. */
export const duplicates: AddCommand = defineCommand<DuplicatesOptions>({
  name: 'duplicates',
  summary: 'which models give the same answers?',
  details: 'Excess agreement is 0 for independent models of the same ability and 1 for copies.',
  examples: [{ command: 'probe duplicates --count 5', meaning: 'the five most similar pairs' }],
  options: (command) => {
    addDataOptions(command).addOption(
      new Option('--count <integer>', 'pairs').argParser(integer({ min: 1 })).default(10),
    );
  },
  run: async (context, options) => {
    const { duplicateModels } = await import('@embedllm/probes');
    const { openDataset } = await import('../../inputs/open-dataset.js');
    const { correctness, categories } = await openDataset(context, options);
    const task = context.progress.start('Comparing');
    const pairs = await duplicateModels({
      correctness,
      categories,
      count: options.count,
      signal: context.signal,
      onProgress: task.onProgress,
    });
    task.end();
    context.result(pairs, () =>
      formatTable(
        ['first', 'second', 'questions', 'differ', 'expected', 'excess agreement', 'adjusted p'],
        pairs.map((pair) => [
          pair.first,
          pair.second,
          String(pair.questions),
          String(pair.disagreements),
          pair.expectedDisagreements.toFixed(1),
          pair.excessAgreement.toFixed(3),
          pair.adjustedPValue.toPrecision(2),
        ]),
      ),
    );
    return undefined;
  },
});
