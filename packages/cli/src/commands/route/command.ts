import { Option } from 'commander';
import { addArtifactOptions } from '../../inputs/artifact-options.js';
import { addPriceOption } from '../../inputs/price-list.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer, seed } from '../../program/option-types.js';
import type { RouteCommandOptions } from './options.js';
import { addPolicyOptions } from './policy-options.js';

/** `embedllm route`. */
export const route: AddCommand = defineCommand<RouteCommandOptions>({
  name: 'route',
  summary: 'choose a model for each question, without calling it',
  details:
    'Questions are arguments, or lines from a file or standard input; a JSONL line is ' +
    '{"question": ...} or {"messages": [...]}, and its "id" is returned. With --json, several ' +
    'questions give one JSON line each.',
  arguments: [['[questions...]', 'questions to route']],
  examples: [
    { command: 'route "What is 17 * 23?"', meaning: 'one question, with artifact/' },
    {
      command: 'route --policy cheapest-above --floor 0.8 --max-cost 0.002 "What is 17 * 23?"',
      meaning: 'the cheapest model that is good enough',
    },
    {
      command: 'route --input questions.jsonl --json > decisions.jsonl',
      meaning: 'many questions',
    },
    { command: 'route --deny slow-model < questions.txt', meaning: 'from standard input' },
  ],
  options: (command) => {
    addPriceOption(addPolicyOptions(addArtifactOptions(command)))
      .addOption(new Option('--seed <integer>', 'of exploring').argParser(seed).default(0))
      .option('-i, --input <file>', 'questions, one per line; - for standard input')
      .addOption(
        new Option(
          '--input-format <format>',
          'format of the lines (default: by extension)',
        ).choices(['text', 'jsonl']),
      )
      .addOption(
        new Option('--top <integer>', 'candidates to list')
          .argParser(integer({ min: 1 }))
          .default(3),
      );
  },
  run: async (context, options, questions) => {
    const { routeQuestions } = await import('./route-questions.js');
    await routeQuestions(context, options, questions);
    return undefined;
  },
});
