import { Option } from 'commander';
import { addWorkerOptions, type ClusterOptions } from '../../inputs/cluster-options.js';
import { type AddCommand, defineCommand, formatExamples } from '../../program/define-command.js';
import { number } from '../../program/option-types.js';
import type { CleanupOptions } from './options.js';

const status = defineCommand<ClusterOptions>({
  name: 'status',
  summary: 'what each worker is doing, and what is queued',
  details: 'Workers of a different version than this program get none of its jobs.',
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

const cleanup = defineCommand<CleanupOptions>({
  name: 'cleanup',
  summary: 'remove what abandoned runs left',
  details:
    'Rounds, vectors and parts in the storage, and jobs and queues in Redis, of runs that were never ' +
    'finished and that no process works on. What is complete stays.',
  examples: [
    { command: 'cluster cleanup --dry-run', meaning: 'what there is to remove' },
    {
      command: 'cluster cleanup --older-than 1',
      meaning: 'of which nothing was written for a day',
    },
  ],
  options: (command) => {
    addWorkerOptions(command)
      .addOption(
        new Option('--older-than <days>', 'since something was written')
          .argParser(number({ min: 0 }))
          .default(7),
      )
      .option('--dry-run', 'list it, and remove nothing');
  },
  run: async (context, options) => {
    const { cleanUpCluster } = await import('./clean-up-cluster.js');
    await cleanUpCluster(context, options);
    return undefined;
  },
});

/** `embedllm cluster`, with a command for each thing to do. */
export const cluster: AddCommand = (parent, execute, words) => {
  const command = parent
    .command('cluster')
    .summary('look at a cluster, and tidy it')
    .description('Looks at a cluster, and tidies it.')
    .addHelpText(
      'after',
      `\n${formatExamples([{ command: 'cluster status', meaning: 'what each worker is doing' }])}`,
    );
  for (const add of [status, cleanup]) add(command, execute, words);
};
