import { type Command, Option } from 'commander';
import { integer, number } from '../program/option-types.js';

/** Options of commands that ask models: what an answer may cost and how many calls are open. */
export function addAnswerOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--budget <usd>', 'the most that the record may cost').argParser(
        number({ min: 0 }),
      ),
    )
    .addOption(
      new Option('--max-output-tokens <integer>', 'of an answer, hidden reasoning included')
        .argParser(integer({ min: 1 }))
        .default(4096),
    )
    .addOption(
      new Option('--concurrency <integer>', 'calls of each model at a time')
        .argParser(integer({ min: 1, max: 1000 }))
        .default(4),
    );
}

/** How a call is made. */
export function addCallOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--max-retries <integer>', 'further tries of a call that may succeed later')
        .argParser(integer({ min: 0 }))
        .default(4),
    )
    .addOption(
      new Option('--timeout <seconds>', 'to wait for an answer')
        .argParser(number({ min: 0.001 }))
        .default(300),
    )
    .option('--api-key-env <name>', 'variable with the key of servers named by their addresses');
}

/** A model that judges answers, and what it is checked against. */
export function addJudgeOptions(
  command: Command,
  help: { readonly judge: string; readonly examples: string },
): Command {
  return command
    .option('--judge <model>', help.judge)
    .option('--rubric <file>', 'what makes an answer right, in plain words, for the judge')
    .option('--judge-examples <file>', help.examples)
    .addOption(
      new Option('--min-agreement <share>', 'of the judge with these, or it is not trusted')
        .argParser(number({ min: 0, max: 1 }))
        .default(0.8),
    );
}
