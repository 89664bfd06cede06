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
  summary: 'make a checked dataset of evaluation records',
  details:
    'Sources are folders of EmbedLLM tables (responses.csv, or train.csv, val.csv, test.csv), logs of ' +
    'lm-evaluation-harness (samples_*.jsonl) or Inspect (.eval, .json), at any depth, or tables of ' +
    'your own (.csv, .jsonl, .parquet), plain, gzip or in an archive (.zip, .tar, .tar.gz). Several ' +
    'kinds together, tables and stores need @duckdb/node-api.',
  arguments: [['<sources...>', 'files and folders of evaluation records']],
  examples: [
    { command: 'build data/zeroeval', meaning: 'a folder of tables, checked and split' },
    {
      command: 'build logs/ --category group -o pool',
      meaning: 'logs of lm-evaluation-harness',
    },
    {
      command: 'build judged.parquet --question-column id --model-column llm --threshold 0.5',
      meaning: 'a table of graded scores',
    },
    {
      command: 'build data/zeroeval --check --quality',
      meaning: 'what is in a folder, and what would spoil figures of it',
    },
    { command: 'build train.csv more-logs/ -o pool.duckdb', meaning: 'into a store, which grows' },
    {
      command: 'build logs/ -o pool/ --cluster redis://10.0.0.5 --storage s3://bucket/embedllm',
      meaning: 'logs in storage, on all workers of a cluster, into Parquet',
    },
  ],
  options: (command) => {
    command
      .option(
        '-o, --output <path>',
        'folder, or file of a store (.duckdb); with --cluster, where in the storage',
        'dataset',
      )
      .addOption(
        new Option(
          '--split <shares>',
          "split anew: shares of train, validation, test (default: the source's own, else 0.8,0.1,0.1)",
        ).argParser(numbers(number({ min: 0, max: 1 }))),
      )
      .option('--no-split', 'write no split')
      .addOption(new Option('--seed <integer>', 'of the split').argParser(seed).default(0))
      .option('--group-duplicates', 'split anew, with near-duplicate questions in one part')
      .option('--quality', 'report coverage, duplicates, conflicts and leakage between parts')
      .option('--gzip', 'compress the tables')
      .option('--check', 'report, and write nothing');
    addClusterOptions(addPriceOption(addImportOptions(command))).addOption(
      new Option('--parts <integer>', 'with --cluster: of the set (default: 1)').argParser(
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
    if (options.parts !== undefined) throw new UsageError('--parts goes with --cluster.');
    const { buildDataset } = await import('./build-dataset.js');
    const { summary, text } = await buildDataset(context, options, paths);
    context.result(summary, () => text);
    return undefined;
  },
});
