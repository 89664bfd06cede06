import { Option } from 'commander';
import {
  addAnswerOptions,
  addCallOptions,
  addJudgeOptions,
} from '../../inputs/model-call-options.js';
import { addPriceOption } from '../../inputs/price-list.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer, number, texts } from '../../program/option-types.js';
import type { CollectCommandOptions } from './options.js';

/** `embedllm collect`. */
export const collect: AddCommand = defineCommand<CollectCommandOptions>({
  name: 'collect',
  summary: 'ask models questions and score the answers',
  details:
    'A model is vendor:model (anthropic, google with the package @ai-sdk/VENDOR; openai, mistral, xai, ' +
    'groq, deepseek, openrouter, together, fireworks), or address#model of a server that speaks the ' +
    'OpenAI protocol, such as Ollama or vLLM. :high at the end sets the reasoning effort. Keys come from ' +
    'the usual environment variables. Questions come from a table with prompt, key (the right answer) and ' +
    'scorer, or from a log of your traffic, judged by a model. Questions already answered in the record ' +
    'are not asked again; build reads the record.',
  examples: [
    {
      command:
        'collect --questions questions.csv -m openai:gpt-5-mini -m http://localhost:11434/v1#llama3.2 --dry-run',
      meaning: 'what it would ask and cost',
    },
    {
      command:
        'collect --questions questions.csv -m groq:llama-3.3-70b --prices prices.csv --budget 2',
      meaning: 'for at most two dollars',
    },
    {
      command:
        'collect --from decisions.jsonl --sample 200 -m openai:gpt-5-mini --judge openai:gpt-5 --rubric rubric.txt --judge-examples marked.csv',
      meaning: 'prompts from your own traffic, judged',
    },
    {
      command: 'collect --rescore --questions corrected.csv',
      meaning: 'after keys were corrected',
    },
  ],
  options: (command) => {
    command
      .addOption(
        new Option('-m, --model <model>', 'model to ask; repeatable; name=... names it').argParser(
          texts,
        ),
      )
      .option(
        '--questions <file>',
        'table of questions: prompt, and optionally id, category, key, scorer',
      )
      .option(
        '--from <file>',
        'log of requests to sample questions from: gateway, OpenAI, Langfuse',
      )
      .addOption(
        new Option('--sample <integer>', 'number of questions to sample (default: 100)').argParser(
          integer({ min: 1 }),
        ),
      )
      .addOption(
        new Option('--seed <integer>', 'seed of the sample (default: 0)').argParser(
          integer({ min: 0 }),
        ),
      )
      .option(
        '--scorer <name>',
        'for questions without one: choice, number, python-literal, latex, json, regex, exact, javascript, python',
      )
      .option('--allow-python', 'let the scorer python run the programs in answers, sandboxed');
    addJudgeOptions(command, {
      judge: 'model that judges answers to questions without a scorer',
      examples: 'table of scored answers: prompt, output, outcome',
    });
    command
      .option('-o, --output <file>', 'record to which answers are appended', 'answers.jsonl')
      .option('--dry-run', 'estimate calls, tokens and dollars, and ask nothing')
      .option('--rescore', 'score the recorded answers again, and ask nothing')
      .addOption(
        new Option('--requests-per-minute <integer>', 'per model').argParser(integer({ min: 1 })),
      )
      .addOption(
        new Option('--tokens-per-minute <integer>', 'per model').argParser(integer({ min: 1 })),
      )
      .addOption(
        new Option('--temperature <number>', "(default: the provider's)").argParser(
          number({ min: 0 }),
        ),
      )
      .option('--no-retry-errors', 'do not retry what failed in an earlier run')
      .option('--question-column <name>', "column with the question's id")
      .option('--prompt-column <name>', "column with the question's text")
      .option('--category-column <name>', 'column with the category')
      .option('--key-column <name>', 'column with the right answer')
      .option('--scorer-column <name>', 'column with the scorer');
    addPriceOption(addCallOptions(addAnswerOptions(command)));
  },
  run: async (context, options) => {
    const { collectAnswers, planAnswers, rescoreAnswers } = await import('./collect-answers.js');
    if (options.rescore === true) return rescoreAnswers(context, options);
    if (options.dryRun === true) return planAnswers(context, options);
    return collectAnswers(context, options);
  },
});
