import { Option } from 'commander';
import { addWorkerOptions } from '../../inputs/cluster-options.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer } from '../../program/option-types.js';
import type { WorkerCommandOptions } from './options.js';

/** `embedllm worker`. */
export const worker: AddCommand = defineCommand<WorkerCommandOptions>({
  name: 'worker',
  summary: 'run jobs for a cluster, until SIGTERM or Ctrl-C',
  details:
    'Runs the jobs of commands with --cluster. On SIGTERM or Ctrl-C it finishes its current ' +
    'job. Needs bullmq and ioredis, and @aws-sdk/client-s3 for storage at s3://.',
  examples: [
    {
      command: 'worker --cluster redis://10.0.0.5:6379 --storage s3://bucket/embedllm',
      meaning: 'one on each machine',
    },
  ],
  options: (command) => {
    addWorkerOptions(command)
      .addOption(
        new Option('--concurrency <integer>', 'concurrent jobs')
          .argParser(integer({ min: 1, max: 1024 }))
          .default(1),
      )
      .addOption(
        new Option(
          '--lease <seconds>',
          'time after which the jobs of a silent worker go to another',
        )
          .argParser(integer({ min: 1, max: 3600 }))
          .default(30),
      )
      .addOption(
        new Option(
          '--memory <megabytes>',
          'memory for parts of training sets (default: half of the machine)',
        ).argParser(integer({ min: 0 })),
      )
      .addOption(
        new Option(
          '--threads <integer>',
          'threads for matrix products (default: all cores)',
        ).argParser(integer({ min: 1, max: 1024 })),
      )
      .addOption(
        new Option(
          '--metrics-port <port>',
          'port of /metrics and /healthz (default: none)',
        ).argParser(integer({ min: 0, max: 65_535 })),
      )
      .addOption(
        new Option(
          '--idle <seconds>',
          'stop after this long without work (default: never)',
        ).argParser(integer({ min: 1 })),
      )
      .option('--encoder-folder <folder>', 'local folder of a transformers.js model')
      .option('--encoder-url <url>', 'address of an embeddings API')
      .option('--api-key-env <name>', 'environment variable with the key of that API')
      .addOption(
        new Option('--batch-size <integer>', 'questions per batch or request').argParser(
          integer({ min: 1, max: 4096 }),
        ),
      );
  },
  run: async (context, options) => {
    const { runWorker } = await import('./run-worker.js');
    await runWorker(context, options);
    return undefined;
  },
});
