import { formatTable, printable } from '@embedllm/internals';
import { Option } from 'commander';
import { addArtifactOptions } from '../../inputs/artifact-options.js';
import { addDataOptions } from '../../inputs/data-options.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer } from '../../program/option-types.js';
import type { SeparateOptions } from './options.js';

/** `embedllm probe separate`. */
export const separate: AddCommand = defineCommand<SeparateOptions>({
  name: 'separate',
  summary: 'which questions and benchmarks separate two models?',
  arguments: [
    ['<first>', 'name of a model'],
    ['<second>', 'name of another model'],
  ],
  examples: [{ command: 'probe separate qwen-7b llama-8b', meaning: 'by their answers' }],
  options: (command) => {
    addArtifactOptions(addDataOptions(command))
      .addOption(
        new Option('--by <what>', 'labels from the dataset, or predictions by the artifact')
          .choices(['observed', 'predicted'])
          .default('observed'),
      )
      .addOption(
        new Option('--count <integer>', 'questions per model')
          .argParser(integer({ min: 1 }))
          .default(5),
      );
  },
  run: async (context, options, [first = '', second = '']) => {
    const { separateModels } = await import('./separate-models.js');
    const result = await separateModels(context, options, first, second);
    context.result({ first, second, by: options.by, ...result }, () => {
      const benchmarks = result.benchmarks.map((entry) => [
        entry.benchmark,
        String(entry.both),
        String(entry.onlyFirst),
        String(entry.onlySecond),
        entry.adjustedPValue.toFixed(4),
      ]);
      const questions = (list: typeof result.favourFirst): string =>
        list.map(({ id, prompt }) => `  ${printable(id, 40)}  ${printable(prompt, 70)}`).join('\n');
      return [
        formatTable(
          ['benchmark', 'both asked', 'only first', 'only second', 'adjusted p'],
          benchmarks,
        ),
        '',
        `In favour of ${first}:`,
        questions(result.favourFirst),
        `In favour of ${second}:`,
        questions(result.favourSecond),
      ].join('\n');
    });
    return undefined;
  },
});
