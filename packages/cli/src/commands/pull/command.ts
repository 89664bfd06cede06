import { Option } from 'commander';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { names } from '../../program/option-types.js';
import type { PullCommandOptions } from './options.js';

/** `embedllm pull`. */
export const pull: AddCommand = defineCommand<PullCommandOptions>({
  name: 'pull',
  summary: 'download an artifact or a dataset from the Hugging Face hub',
  details:
    'Needs @huggingface/hub. HF_TOKEN (else the token of hf auth login), HF_ENDPOINT, HF_HOME and ' +
    'HF_HUB_OFFLINE are read as huggingface_hub reads them; an interrupted download resumes where ' +
    'it stopped.',
  arguments: [['<repo>', 'owner/name']],
  examples: [
    { command: 'pull me/my-router -o artifact', meaning: 'an artifact' },
    { command: 'pull RZ412/EmbedLLM --type dataset -o embedllm', meaning: 'the published data' },
  ],
  options: (command) => {
    command
      .addOption(
        new Option('--type <type>', 'type of the repository')
          .choices(['model', 'dataset'])
          .default('model'),
      )
      .option('--revision <revision>', 'branch, tag or commit', 'main')
      .addOption(
        new Option('--files <patterns>', 'patterns, such as data/*.csv,README.md').argParser(names),
      )
      .option('-o, --output <folder>', "folder for the files (default: the repository's name)")
      .option('--offline', 'use only the cache');
  },
  run: async (context, options, [repo = '']) => {
    const { pullFromHub } = await import('./pull-from-hub.js');
    const { summary, text } = await pullFromHub(context, options, repo);
    context.result(summary, () => text);
    return undefined;
  },
});
