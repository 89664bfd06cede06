import { Option } from 'commander';
import { addArtifactOptions } from '../../inputs/artifact-options.js';
import { addDataOptions } from '../../inputs/data-options.js';
import { addPriceOption } from '../../inputs/price-list.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer, texts } from '../../program/option-types.js';
import type { ReportCommandOptions } from './options.js';

/** `embedllm report`. */
export const report: AddCommand = defineCommand<ReportCommandOptions>({
  name: 'report',
  summary: 'write an HTML report about a dataset and an artifact',
  details:
    'The file needs no network and no script. Comparing over splits and retraining without each ' +
    'benchmark take most of the time: skip them with --splits 0 and --held-out 0.',
  examples: [
    { command: 'report', meaning: 'report on dataset/ and artifact/, as report.html' },
    {
      command: 'report --splits 0 --held-out 0 --example "What is 17 * 23?" -o quick.html',
      meaning: 'in seconds, with a routed question',
    },
    { command: 'report --json > report.json', meaning: 'its content as JSON' },
  ],
  options: (command) => {
    addPriceOption(addArtifactOptions(addDataOptions(command)))
      .option('-o, --output <file>', 'HTML file to write (default: report.html)')
      .option('--title <text>', 'title of the report')
      .addOption(
        new Option('--example <question>', 'question to route; repeatable').argParser(texts),
      )
      .addOption(
        new Option('--splits <integer>', 'number of splits to compare over; 0 for none')
          .argParser(integer({ min: 0, max: 100 }))
          .default(5),
      )
      .addOption(
        new Option('--held-out <integer>', 'benchmarks to forecast without training on them')
          .argParser(integer({ min: 0 }))
          .default(10),
      )
      .option('--embeddings <file>', 'vectors of the questions, from encode or .npy');
  },
  run: async (context, options) => {
    const { writeReport } = await import('./write-report.js');
    const { content, text } = await writeReport(context, options);
    context.result(content, () => text);
    return undefined;
  },
});
