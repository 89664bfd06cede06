import { Option } from 'commander';
import {
  addAnswerOptions,
  addCallOptions,
  addJudgeOptions,
} from '../../inputs/model-call-options.js';
import { addPriceOption } from '../../inputs/price-list.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer, number, texts } from '../../program/option-types.js';
import type { TryOptions } from './options.js';

/** `embedllm try`. */
export const tryPolicy: AddCommand = defineCommand<TryOptions>({
  name: 'try',
  summary: 'estimate from logged requests what routing would save and cost in quality',
  details:
    'Reads requests from a log (gateway, OpenAI, LiteLLM, Langfuse), chooses a few dozen, asks your models, ' +
    'and has the answers marked: by you in the terminal, or by a judge that must agree with your marks. ' +
    'With --outcomes it asks nobody, and goes by the outcomes that were posted to a gateway; with --reuse it takes ' +
    'what the log has and asks for the rest. ' +
    'Then it writes a page: the boldest policy that keeps a share of the quality of your current model ' +
    'with a stated confidence, what it saves, and the requests where it would have hurt. Answers ' +
    'and marks are kept in the record; run the same command again to resume.',
  examples: [
    {
      command:
        'try --from decisions.jsonl --best large -m large=openai:gpt-5 -m small=openai:gpt-5-mini --prices prices.csv',
      meaning: 'mark about 80 answers yourself',
    },
    {
      command:
        'try --from decisions.jsonl --best large -m large=openai:gpt-5 -m small=openai:gpt-5-mini --prices prices.csv --draws 300 --judge openai:gpt-5 --rubric rubric.txt --judge-examples marked.jsonl -o judged.jsonl',
      meaning: 'let a judge mark more of them, once it agrees with your marks',
    },
    {
      command: 'try --from decisions.jsonl --best large -m small --outcomes',
      meaning: 'go by outcomes that were posted of answers of two models',
    },
  ],
  options: (command) => {
    command
      .option('--from <file>', 'log of requests: gateway, OpenAI, LiteLLM, Langfuse')
      .addOption(
        new Option(
          '-m, --model <model>',
          'model to ask, as NAME=vendor:model; repeatable',
        ).argParser(texts),
      )
      .option('--best <name>', 'the model that currently answers everything')
      .addOption(
        new Option('-a, --artifact <folder>', 'folder of the artifact').default('artifact'),
      )
      .addOption(
        new Option('--share <share>', 'share of its quality to keep')
          .argParser(number({ min: 0.01, max: 1 }))
          .default(0.95),
      )
      .addOption(
        new Option('--confidence <share>', 'confidence of the guarantee')
          .argParser(number({ min: 0.5, max: 0.999 }))
          .default(0.9),
      )
      .addOption(
        new Option('--draws <integer>', 'number of requests to sample and mark')
          .argParser(integer({ min: 10, max: 100_000 }))
          .default(60),
      )
      .addOption(
        new Option(
          '--sample <integer>',
          'maximum number of requests to read from the log (default: 5000)',
        ).argParser(integer({ min: 20 })),
      )
      .addOption(
        new Option('--seed <integer>', 'seed of the sample (default: 0)').argParser(
          integer({ min: 0 }),
        ),
      )
      .option('--outcomes', "take the outcomes in a gateway's log as marks, and ask nobody")
      .addOption(
        new Option(
          '--reuse <what>',
          "what to take from a gateway's log: answers that it keeps, outcomes of both models, or all of them; the rest is asked and marked",
        ).choices(['answers', 'outcomes', 'all']),
      )
      .option('--prompt-column <name>', "column with the request's text");
    addJudgeOptions(command, {
      judge: 'model that marks',
      examples: 'answers you marked: the record of an earlier run',
    });
    command
      .option(
        '-o, --output <file>',
        'record to which answers and marks are appended',
        'marked.jsonl',
      )
      .option('--page <file>', 'HTML page to write', 'try.html');
    addPriceOption(addCallOptions(addAnswerOptions(command)));
  },
  run: async (context, options) => {
    const { tryOnLog } = await import('./try-on-log.js');
    return await tryOnLog(context, options);
  },
});
