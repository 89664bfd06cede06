import { decimalCommaHint } from '@embedllm/internals';
import { InvalidArgumentError, Option } from 'commander';
import { addAnswerOptions } from '../../inputs/model-call-options.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer, names } from '../../program/option-types.js';
import type { InitOptions } from './options.js';

/** `embedllm init`. */
export const init: AddCommand = defineCommand<InitOptions>({
  name: 'init',
  summary: 'build a router over your own models, without evaluation data',
  details:
    'Asks each model the same questions with known answers until the best one is clear ' +
    'or --count is reached, plus your own --questions. Prices come from the server if it lists them ' +
    '(OpenRouter, Together, LiteLLM), otherwise you are asked for them. Estimates calls and dollars first. Writes artifact/, ' +
    'gateway.yaml, embedllm.config.ts, findings.md and collect.jsonl, from which an interrupted run resumes.',
  examples: [
    {
      command: 'init',
      meaning: 'asks which models to use, and asks again before spending anything',
    },
    {
      command:
        'init --models openai:gpt-5-mini,http://localhost:11434/v1#llama3.2 --price gpt-5-mini=0.25/2 --yes',
      meaning: 'in a script',
    },
    {
      command:
        'init --models small=http://host:4000/v1#qwen3,openai:gpt-5-mini --api-key-env PROXY_KEY',
      meaning: 'a server of your own that needs a key, under another name',
    },
    {
      command: 'init --questions own.csv',
      meaning: 'with your own questions and answers',
    },
    {
      command: 'init --bank zeroeval --count 80 --budget 1',
      meaning: 'mathematics and code, for a dollar',
    },
  ],
  options: (command) => {
    command
      .addOption(
        new Option(
          '--models <names>',
          'vendor:model, address#model or NAME=either, separated by commas (default: asked for)',
        ).argParser(names),
      )
      .addOption(
        new Option(
          '--price <name=in/out>',
          'dollars per million input and output tokens; repeatable',
        ).argParser(price),
      )
      .addOption(
        new Option('--bank <name>', 'which questions: academic subjects, or mathematics and code')
          .choices(['mmlu-pro', 'zeroeval'])
          .default('mmlu-pro'),
      )
      .option('--questions <file>', 'table of your own questions to add: prompt, key and scorer')
      .option('--scorer <name>', 'for your own questions without one: choice, number, exact, ...')
      .addOption(
        new Option('--count <integer>', 'maximum number of bank questions per model')
          .argParser(integer({ min: 1, max: 500 }))
          .default(40),
      )
      .addOption(
        new Option('--seed <integer>', 'seed for choosing bank questions')
          .argParser(integer({ min: 0, max: 2 ** 32 - 1 }))
          .default(0),
      )
      .option('--api-key-env <name>', 'variable with the key of servers named by their addresses')
      .option('-y, --yes', 'do not ask for confirmation')
      .option('--dry-run', 'show what would be asked, and ask nothing')
      .option('-o, --output <folder>', 'folder to write to', '.')
      .option('--overwrite', 'replace the files of an earlier run');
    addAnswerOptions(command);
  },
  run: async (context, options) => {
    const { initProject } = await import('./init-project.js');
    const { summary, text } = await initProject(context, options);
    context.result(summary ?? { text }, () => text);
    return undefined;
  },
});

function price(
  text: string,
  before: ReadonlyMap<string, readonly [number, number]> = new Map(),
): ReadonlyMap<string, readonly [number, number]> {
  const [, name = '', input = '', output = ''] = /^(.+)=([\d.]+)\/([\d.]+)$/.exec(text) ?? [];
  const prices = [Number(input), Number(output)] as const;
  if (name === '' || !prices.every((value) => Number.isFinite(value))) {
    const hint = text
      .slice(text.lastIndexOf('=') + 1)
      .split('/')
      .map(decimalCommaHint)
      .join('');
    throw new InvalidArgumentError(`Write it as NAME=IN/OUT, such as gpt-5-mini=0.25/2.${hint}`);
  }
  return new Map([...before, [name, prices]]);
}
