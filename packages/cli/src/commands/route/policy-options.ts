import type { ObjectiveName } from '@embedllm/router/settings';
import { type Command, Option } from 'commander';
import { integer, names, number } from '../../program/option-types.js';

/** Written out, so that the router is not loaded before a command runs. */
const POLICIES: readonly ObjectiveName[] = [
  'best-quality',
  'utility',
  'cheapest-above',
  'preferring',
];

/** How a command routes. */
export interface PolicyOptions {
  /** What to look for in a model. @default 'best-quality' */
  readonly policy: ObjectiveName;
  /** `utility`: how much probability a dollar is worth. */
  readonly lambda?: number | undefined;
  /** `cheapest-above`: the lowest probability that will do. */
  readonly floor?: number | undefined;
  /** `preferring`: the model to stay with. */
  readonly prefer?: string | undefined;
  /** `preferring`: how much better another must be. */
  readonly margin?: number | undefined;
  /** Only these models. */
  readonly allow?: readonly string[] | undefined;
  /** All but these models. */
  readonly deny?: readonly string[] | undefined;
  /** Most US dollars that an answer may be expected to cost. */
  readonly maxCost?: number | undefined;
  /** Longest usual time of an answer, in milliseconds. */
  readonly maxLatency?: number | undefined;
  /** What the model must be able to do, such as `tools`. */
  readonly capability?: readonly string[] | undefined;
  /** Where it must be served. */
  readonly region?: string | undefined;
  /** Tokens of the question. @default a quarter of its characters */
  readonly inputTokens?: number | undefined;
  /** Where questions unlike those of training go. @default by the policy, as all others */
  readonly whenUnfamiliar?: string | undefined;
  /** `whenUnfamiliar`: the familiarity below which they do. @default 0.01 */
  readonly unfamiliarBelow?: number | undefined;
  /** Share of questions that go to a random model. @default 0 */
  readonly explore?: number | undefined;
  /** Seed of exploring. @default 0 */
  readonly seed: number;
}

/** Adds the options that make a policy for questions of a command. */
export function addPolicyOptions(command: Command): Command {
  return addPolicyParts(command, 'best-quality').addOption(
    new Option('--input-tokens <integer>', 'length of the question, for its cost').argParser(
      integer({ min: 0 }),
    ),
  );
}

/**
 * Adds the options that say which model is the best one, and which may be chosen at all.
 *
 * @param standard - The policy without any of them; `undefined` where none is made then.
 */
export function addObjectiveOptions(
  command: Command,
  standard: PolicyOptions['policy'] | undefined,
): Command {
  const share = number({ min: 0, max: 1 });
  return command
    .addOption(
      new Option('--policy <policy>', 'how to choose a model').choices(POLICIES).default(standard),
    )
    .addOption(
      new Option('--lambda <number>', 'utility: how much probability a dollar is worth').argParser(
        number({ min: 0 }),
      ),
    )
    .addOption(
      new Option(
        '--floor <probability>',
        'cheapest-above: lowest acceptable probability',
      ).argParser(share),
    )
    .option('--prefer <model>', 'preferring: the preferred model')
    .addOption(
      new Option(
        '--margin <number>',
        'preferring: how much better another model must be',
      ).argParser(share),
    )
    .addOption(
      new Option(
        '--allow <models>',
        'only these models; one with a comma in double quotes',
      ).argParser(names),
    )
    .addOption(new Option('--deny <models>', 'all but these models').argParser(names))
    .addOption(
      new Option('--max-cost <usd>', 'maximum expected cost of an answer').argParser(
        number({ min: 0 }),
      ),
    );
}

/**
 * Adds the options that make a policy.
 *
 * @param standard - The policy without any of them; `undefined` where none is made then.
 */
export function addPolicyParts(
  command: Command,
  standard: PolicyOptions['policy'] | undefined,
): Command {
  const share = number({ min: 0, max: 1 });
  return addObjectiveOptions(command, standard)
    .addOption(
      new Option('--max-latency <ms>', 'maximum typical answer time').argParser(number({ min: 0 })),
    )
    .addOption(
      new Option(
        '--capability <names>',
        'capabilities the model must have, such as tools',
      ).argParser(names),
    )
    .option('--region <name>', 'region where it must be served')
    .option(
      '--when-unfamiliar <model>',
      'model for questions unlike the training questions; single-best for the best on training',
    )
    .addOption(
      new Option(
        '--unfamiliar-below <share>',
        'when-unfamiliar: familiarity threshold (default: 0.01)',
      ).argParser(share),
    )
    .addOption(
      new Option('--explore <share>', 'share of questions that go to a random model').argParser(
        share,
      ),
    );
}
