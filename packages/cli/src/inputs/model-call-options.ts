import { type Command, Option } from 'commander';
import { integer, number } from '../program/option-types.js';

/** Options of commands that ask models: what an answer may cost and how many calls are open. */
export function addAnswerOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--budget <usd>', 'maximum total cost of the record').argParser(
        number({ min: 0 }),
      ),
    )
    .addOption(
      new Option(
        '--max-output-tokens <integer>',
        'maximum tokens per answer, including hidden reasoning',
      )
        .argParser(integer({ min: 1 }))
        .default(4096),
    )
    .addOption(
      new Option('--concurrency <integer>', 'concurrent calls per model')
        .argParser(integer({ min: 1, max: 1000 }))
        .default(4),
    );
}

/** How a call is made. */
export function addCallOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--max-retries <integer>', 'retries of a call that may succeed later')
        .argParser(integer({ min: 0 }))
        .default(4),
    )
    .addOption(
      new Option('--timeout <seconds>', 'maximum time to wait for an answer')
        .argParser(number({ min: 0.001 }))
        .default(300),
    )
    .option(
      '--api-key-env <name>',
      'environment variable with the key for servers given by address',
    );
}

/** A model that judges answers, and what it is checked against. */
export function addJudgeOptions(
  command: Command,
  help: { readonly judge: string; readonly examples: string },
): Command {
  return command
    .option('--judge <model>', help.judge)
    .option('--rubric <file>', 'text file that tells the judge what makes an answer right')
    .option('--judge-examples <file>', help.examples)
    .addOption(
      new Option('--min-agreement <share>', 'minimum agreement of the judge with these examples')
        .argParser(number({ min: 0, max: 1 }))
        .default(0.8),
    );
}
