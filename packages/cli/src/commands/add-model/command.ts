import { Option } from 'commander';
import { addArtifactOptions } from '../../inputs/artifact-options.js';
import { addColumnOptions, thresholdOption } from '../../inputs/column-options.js';
import { addLogOptions } from '../../inputs/log-options.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer, names, number } from '../../program/option-types.js';
import type { AddModelOptions } from './options.js';

/** `embedllm add-model`. */
export const addModel: AddCommand = defineCommand<AddModelOptions>({
  name: 'add-model',
  summary: 'add a model to an artifact from a few of its answers',
  details:
    'Without training: the posterior of its embedding, with the pool as prior. A table of answers has ' +
    'prompt_id or prompt, and label (0 to 1). --suggest says which questions of the ' +
    'dataset say most about a new model.',
  examples: [
    { command: 'add-model --suggest 30 > to-ask.txt', meaning: 'which questions to ask it' },
    {
      command: 'add-model --name new-model --answers new-model.csv --output-price 0.6',
      meaning: 'add it to artifact/',
    },
    {
      command: 'add-model --answers logs/new-model/ -o artifact-2',
      meaning: 'from logs of lm-evaluation-harness, into another folder',
    },
  ],
  options: (command) => {
    addArtifactOptions(command)
      .option('-n, --name <name>', 'of the model (default: that of the logs)')
      .option(
        '--answers <path>',
        'its marked answers: a table as of build, results of promptfoo, or logs of lm-evaluation-harness or Inspect',
      )
      .option('--replace', 'where the artifact has a model of this name: learn it anew')
      .option('-d, --data <path>', 'dataset whose questions the answers name', 'dataset')
      .option('-o, --output <folder>', 'folder of the new artifact (default: the same)')
      .addOption(
        new Option('--suggest <integer>', 'print the ids of so many questions to ask it').argParser(
          integer({ min: 1 }),
        ),
      )
      .option('--family <name>', 'of the model')
      .addOption(
        new Option('--parameters <billions>', 'of the model').argParser(number({ min: 0 })),
      )
      .addOption(
        new Option('--output-price <usd>', 'for a million tokens written').argParser(
          number({ min: 0 }),
        ),
      )
      .addOption(
        new Option('--input-price <usd>', 'for a million tokens read').argParser(
          number({ min: 0 }),
        ),
      )
      .addOption(
        new Option('--output-tokens <integer>', 'of a usual answer').argParser(number({ min: 0 })),
      )
      .addOption(
        new Option('--capabilities <names>', 'what it can do, as tools,vision').argParser(names),
      )
      .addOption(new Option('--regions <names>', 'where it is served').argParser(names))
      .addOption(
        new Option('--latency <ms>', 'usual time of an answer').argParser(number({ min: 0 })),
      )
      .addOption(
        new Option('--context-length <tokens>', 'most that it takes').argParser(
          integer({ min: 1 }),
        ),
      );
    addColumnOptions(command.addOption(thresholdOption()));
    addLogOptions(command);
  },
  run: async (context, options) => {
    const { addModelToArtifact, suggestForModel } = await import('./add-model.js');
    const { summary, text } =
      options.suggest === undefined
        ? await addModelToArtifact(context, options)
        : await suggestForModel(context, options, options.suggest);
    context.result(summary, () => text);
    return undefined;
  },
});
