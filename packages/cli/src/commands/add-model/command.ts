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
    'Computes the posterior of its embedding with the pool as prior, without training. A table of answers has ' +
    'prompt_id or prompt, and label (0 to 1). --suggest lists the questions of the dataset that ' +
    'reveal most about a new model.',
  examples: [
    { command: 'add-model --suggest 30 > to-ask.txt', meaning: 'which questions to ask it' },
    {
      command: 'add-model --name new-model --answers new-model.csv --output-price 0.6',
      meaning: 'add it to artifact/',
    },
    {
      command: 'add-model --answers logs/new-model/ -o artifact-2',
      meaning: 'from lm-evaluation-harness logs, into another folder',
    },
  ],
  options: (command) => {
    addArtifactOptions(command)
      .option('-n, --name <name>', 'name of the model (default: from the logs)')
      .option(
        '--answers <path>',
        'its scored answers: a table as for build, promptfoo results, or lm-evaluation-harness or Inspect logs',
      )
      .option('--replace', 'relearn a model that the artifact already has')
      .option('-d, --data <path>', 'dataset with the answered questions', 'dataset')
      .option('-o, --output <folder>', 'folder for the new artifact (default: the same)')
      .addOption(
        new Option(
          '--suggest <integer>',
          'print the ids of this many questions to ask it',
        ).argParser(integer({ min: 1 })),
      )
      .option('--family <name>', 'model family')
      .addOption(new Option('--parameters <billions>', 'model size').argParser(number({ min: 0 })))
      .addOption(
        new Option('--output-price <usd>', 'price per million output tokens').argParser(
          number({ min: 0 }),
        ),
      )
      .addOption(
        new Option('--input-price <usd>', 'price per million input tokens').argParser(
          number({ min: 0 }),
        ),
      )
      .addOption(
        new Option('--output-tokens <integer>', 'typical answer length').argParser(
          number({ min: 0 }),
        ),
      )
      .addOption(
        new Option('--capabilities <names>', 'what it can do, such as tools,vision').argParser(
          names,
        ),
      )
      .addOption(new Option('--regions <names>', 'where it is served').argParser(names))
      .addOption(new Option('--latency <ms>', 'typical answer time').argParser(number({ min: 0 })))
      .addOption(
        new Option('--context-length <tokens>', 'context window').argParser(integer({ min: 1 })),
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
