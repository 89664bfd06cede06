import { Option } from 'commander';
import { addClusterOptions } from '../../inputs/cluster-options.js';
import { addColumnOptions, thresholdOption } from '../../inputs/column-options.js';
import { addDataOptions } from '../../inputs/data-options.js';
import { addLogOptions } from '../../inputs/log-options.js';
import { addVerdictFileOptions } from '../../output/verdict-file-options.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer, names, number, texts } from '../../program/option-types.js';
import type { ForecastOptions } from './options.js';

/** `embedllm forecast`. */
export const forecast: AddCommand = defineCommand<ForecastOptions>({
  name: 'forecast',
  summary: "forecast a model's benchmark scores from a few answers",
  details:
    'Prints a Markdown table with intervals. With --require it gates on these ' +
    'intervals: exit code 0 if every interval is entirely at or above the required accuracy, 1 if one is ' +
    'entirely below, 5 if one contains it or has fewer than --min-answers answers.',
  examples: [
    { command: 'forecast --answers new-model.csv', meaning: 'from scored answers' },
    {
      command: "forecast --answers logs/new-model/ --require 'gsm8k>=0.8' --sample chosen",
      meaning: 'a CI gate on lm-evaluation-harness logs',
    },
    {
      command: 'forecast --answers logs/new-model/ --next 50 --logs logs/ --samples samples.json',
      meaning: 'what to ask next, for lm_eval --samples samples.json',
    },
    { command: 'forecast --next 20', meaning: 'what to ask a new model first' },
  ],
  options: (command) => {
    addClusterOptions(addDataOptions(command, thresholdOption()))
      .option(
        '--answers <path>',
        'scored answers: a table as for build, promptfoo results, or lm-evaluation-harness or Inspect logs',
      )
      .option('-m, --model <name>', 'the model; one in the dataset needs no --answers')
      .addOption(
        new Option('--sample <kind>', 'how the answered questions were picked')
          .choices(['random', 'chosen'])
          .default('random'),
      )
      .addOption(
        new Option('--confidence <probability>', 'level of the intervals, which --require uses')
          .argParser(number({ min: 0.5, max: 0.9999 }))
          .default(0.95),
      )
      .addOption(
        new Option(
          '--require <check>',
          'such as gsm8k>=0.8; also micro, macro; repeatable',
        ).argParser(texts),
      )
      .addOption(
        new Option(
          '--min-answers <integer>',
          'answers that a verdict needs on its benchmark; micro and macro: in total (default: 20)',
        ).argParser(integer({ min: 0 })),
      )
      .addOption(
        new Option('--next <integer>', 'choose this many questions to ask next').argParser(
          integer({ min: 1 }),
        ),
      )
      .addOption(
        new Option(
          '--benchmarks <names>',
          'benchmarks to choose the next questions from',
        ).argParser(names),
      )
      .option('--samples <file>', 'write the next questions for lm_eval --samples')
      .option('--logs <path>', 'harness logs of the dataset, to locate its questions')
      .option('--embeddings <file>', 'vectors of the questions, from encode or .npy')
      .addOption(
        new Option(
          '--abilities <integer>',
          'number of abilities (default: chosen on left-out models)',
        ).argParser(integer({ min: 1, max: 16 })),
      );
    addVerdictFileOptions(command);
    addColumnOptions(command);
    addLogOptions(command);
  },
  run: async (context, options) => {
    const { forecastModel } = await import('./forecast-model.js');
    const { summary, text, markdown, exitCode } = await forecastModel(context, options);
    const verdicts = summary.gates.map(({ benchmark, minimum, verdict, message }) => ({
      name: `${benchmark}>=${minimum}`,
      verdict,
      message,
    }));
    const { writeVerdictFiles } = await import('../../output/verdict-files.js');
    await writeVerdictFiles(context, options, { suite: 'embedllm forecast', verdicts, markdown });
    context.result(summary, () => text);
    return exitCode;
  },
});
