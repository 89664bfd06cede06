import { type AddCommand, defineCommand } from '../program/define-command.js';

/** Options of `embedllm push`. */
export interface PushCommandOptions {
  /** Folder of the artifact. @default 'artifact' */
  readonly artifact: string;
  /** Folder of a data set, in place of an artifact. */
  readonly dataset?: string | undefined;
  /** Branch to commit to. @default 'main' */
  readonly branch: string;
  /** First line of the commit's message. */
  readonly message?: string | undefined;
  /** Whether a repository that is made can be seen by everyone. @default false */
  readonly public?: boolean | undefined;
  /** False where the repository must exist. @default true */
  readonly create: boolean;
}

/** `embedllm push`. */
export const push: AddCommand = defineCommand<PushCommandOptions>({
  name: 'push',
  summary: 'upload an artifact or a dataset to the Hugging Face hub',
  details:
    'Needs @huggingface/hub and a token that may write, in HF_TOKEN or from hf auth login. One ' +
    'commit; a repository that does not exist is made, private unless --public.',
  arguments: [['<repo>', 'owner/name']],
  examples: [
    { command: 'push me/my-router', meaning: 'artifact/, checked first' },
    { command: 'push me/my-pool --dataset dataset', meaning: 'a dataset folder' },
  ],
  options: (command) => {
    command
      .option('-a, --artifact <folder>', 'folder of the artifact', 'artifact')
      .option('--dataset <folder>', 'a dataset folder, in place of an artifact')
      .option('--branch <name>', 'to commit to', 'main')
      .option('--message <text>', 'of the commit')
      .option('--public', 'a repository that is made can be seen by everyone')
      .option('--no-create', 'the repository must exist');
  },
  run: async (context, options, [repo = '']) => {
    const { pushToHub } = await import('../hub/push-to-hub.js');
    const { summary, text } = await pushToHub(context, options, repo);
    context.result(summary, () => text);
    return undefined;
  },
});
