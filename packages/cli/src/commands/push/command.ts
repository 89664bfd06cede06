import { type AddCommand, defineCommand } from '../../program/define-command.js';
import type { PushCommandOptions } from './options.js';

/** `embedllm push`. */
export const push: AddCommand = defineCommand<PushCommandOptions>({
  name: 'push',
  summary: 'upload an artifact or a dataset to the Hugging Face hub',
  details:
    'Needs @huggingface/hub and a token with write access, in HF_TOKEN or from hf auth login. Makes one ' +
    'commit; a missing repository is created, private unless --public.',
  arguments: [['<repo>', 'owner/name']],
  examples: [
    { command: 'push me/my-router', meaning: 'artifact/, validated first' },
    { command: 'push me/my-pool --dataset dataset', meaning: 'a dataset folder' },
  ],
  options: (command) => {
    command
      .option('-a, --artifact <folder>', 'folder of the artifact', 'artifact')
      .option('--dataset <folder>', 'a dataset folder, instead of an artifact')
      .option('--branch <name>', 'to commit to', 'main')
      .option('--message <text>', 'message of the commit')
      .option('--public', 'make a new repository public')
      .option('--no-create', 'require that the repository exists');
  },
  run: async (context, options, [repo = '']) => {
    const { pushToHub } = await import('./push-to-hub.js');
    const { summary, text } = await pushToHub(context, options, repo);
    context.result(summary, () => text);
    return undefined;
  },
});
