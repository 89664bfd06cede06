import { addWorkerOptions, type ClusterOptions } from '../../inputs/cluster-options.js';
import { type AddCommand, defineCommand, formatExamples } from '../../program/define-command.js';

const status = defineCommand<ClusterOptions>({
  name: 'status',
  summary: 'who works, at what, and what waits',
  details: 'Workers of another version than this program get none of its jobs.',
  examples: [{ command: 'cluster status --json', meaning: 'for scripts' }],
  options: (command) => {
    addWorkerOptions(command);
  },
  run: async (context, options) => {
    const { showStatus } = await import('./show-status.js');
    await showStatus(context, options);
    return undefined;
  },
});

/** `embedllm cluster`, with a command for each thing to do. */
export const cluster: AddCommand = (parent, execute, words) => {
  const command = parent
    .command('cluster')
    .summary('look at the workers of a cluster')
    .description('Looks at the workers of a cluster.')
    .addHelpText(
      'after',
      `\n${formatExamples([{ command: 'cluster status', meaning: 'who works, and at what' }])}`,
    );
  status(command, execute, words);
};
