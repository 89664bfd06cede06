import { Option } from 'commander';
import { addClusterOptions } from '../../inputs/cluster-options.js';
import { addImportOptions } from '../../inputs/import-options.js';
import { addPriceOption } from '../../inputs/price-list.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { UsageError } from '../../program/failure.js';
import { integer, number, numbers, seed } from '../../program/option-types.js';
import type { BuildOptions } from './options.js';

/** `embedllm build`. */
export const build: AddCommand = defineCommand<BuildOptions>({
  name: 'build',
  summary: 'turn evaluation records into a validated dataset',
  details:
    'Sources are folders with EmbedLLM tables (responses.csv, or train.csv, val.csv, test.csv), lm-evaluation-harness ' +
    '(samples_*.jsonl) or Inspect (.eval, .json) logs at any depth, or your own tables ' +
    '(.csv, .jsonl, .parquet); plain, gzipped or in an archive (.zip, .tar, .tar.gz). Mixed ' +
    'sources, custom tables and stores need @duckdb/node-api.',
  arguments: [['<sources...>', 'files and folders of evaluation records']],
  examples: [
    { command: 'build data/zeroeval', meaning: 'validate and split a folder of tables' },
    {
      command: 'build logs/ --category group -o pool',
      meaning: 'lm-evaluation-harness logs',
    },
    {
      command: 'build judged.parquet --question-column id --model-column llm --threshold 0.5',
      meaning: 'a table of graded scores',
    },
    {
      command: 'build data/zeroeval --check --quality',
      meaning: 'what a folder contains, and what would distort results',
    },
    { command: 'build train.csv more-logs/ -o pool.duckdb', meaning: 'add to a store' },
    {
      command: 'build logs/ -o pool/ --cluster redis://10.0.0.5 --storage s3://bucket/embedllm',
      meaning: 'logs in storage, with a cluster, into Parquet',
    },
  ],
  options: (command) => {
    command
      .option(
        '-o, --output <path>',
        'folder, or store file (.duckdb); with --cluster, a path in the storage',
        'dataset',
      )
      .addOption(
        new Option(
          '--split <shares>',
          "new split: shares of train, validation, test (default: the source's own, else 0.8,0.1,0.1)",
        ).argParser(numbers(number({ min: 0, max: 1 }))),
      )
      .option('--no-split', 'write no split')
      .addOption(new Option('--seed <integer>', 'seed of the split').argParser(seed).default(0))
      .option('--group-duplicates', 'new split that keeps near-duplicate questions in one part')
      .option('--quality', 'report coverage, duplicates, conflicts and leakage between splits')
      .option('--gzip', 'compress the tables')
      .option('--check', 'report only, write nothing');
    addClusterOptions(addPriceOption(addImportOptions(command))).addOption(
      new Option('--parts <integer>', 'with --cluster: number of parts (default: 1)').argParser(
        integer({ min: 1, max: 100_000 }),
      ),
    );
  },
  run: async (context, options, paths) => {
    if (options.cluster !== undefined) {
      const { buildStored } = await import('./build-stored.js');
      const stored = await buildStored(context, options, paths);
      context.result(stored.summary, () => stored.text);
      return undefined;
    }
    if (options.parts !== undefined) throw new UsageError('--parts requires --cluster.');
    const { buildDataset } = await import('./build-dataset.js');
    const { summary, text } = await buildDataset(context, options, paths);
    context.result(summary, () => text);
    return undefined;
  },
});
