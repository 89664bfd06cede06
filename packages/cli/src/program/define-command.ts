import type { Command } from 'commander';
import type { Context } from './context.js';
import { UsageError } from './failure.js';

/** A line of the examples in a command's help. */
export interface Example {
  /** What follows `embedllm`. */
  readonly command: string;
  readonly meaning: string;
}

/** A command: what it is called, what it takes, and what it does. */
export interface CommandDefinition<Options> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** Further sentences for its own help. */
  readonly details?: string | undefined;
  /** In order, as commander writes them (`[question...]`), with what they are. */
  readonly arguments?: readonly (readonly [name: string, description: string])[] | undefined;
  readonly examples: readonly Example[];
  /** Adds the options. */
  options(command: Command): void;
  /** @returns the exit code; 0 when left out. */
  run(context: Context, options: Options, args: readonly string[]): Promise<number | undefined>;
}

/** Runs a command after its options are complete. */
export type Execute = (
  command: Command,
  run: (context: Context) => Promise<number | undefined>,
) => Promise<void>;

/**
 * Adds a command to the program or to a group of commands; see `defineCommand`.
 *
 * @param words - The command line. Options and help of a command that it does not name are left
 * out: there are hundreds, and making them takes longer than all else at the start.
 */
export type AddCommand = (parent: Command, execute: Execute, words: readonly string[]) => void;

/** Makes of a definition what adds it to a program. */
export function defineCommand<Options extends object>(
  definition: CommandDefinition<Options>,
): AddCommand {
  return (parent, execute, words) => {
    const { name, summary, details, examples } = definition;
    const command = parent
      .command(name)
      .summary(summary)
      .description(details === undefined ? sentence(summary) : `${sentence(summary)} ${details}`);
    for (const [argument, description] of definition.arguments ?? []) {
      command.argument(argument, description);
    }
    if (!words.includes(name)) return;
    definition.options(command);
    refuseRepeats(command);
    command.addHelpText('after', `\n${formatExamples(examples)}`);
    command.action(() =>
      execute(command, (context) => {
        const args: unknown[] = command.processedArgs;
        const texts = args.flat().filter((value): value is string => typeof value === 'string');
        return definition.run(context, command.opts<Options>(), texts);
      }),
    );
  };
}

/** Of an option with one value, commander would take the last and be silent about the others. */
function refuseRepeats(command: Command): void {
  const given = new Set<string>();
  for (const option of command.options) {
    if (option.isBoolean() || option.negate) continue;
    const name = option.attributeName();
    command.on(`option:${option.name()}`, () => {
      // The value is set by now: what collects has become a list or an object.
      if (given.has(name) && typeof command.getOptionValue(name) !== 'object') {
        throw new UsageError(`${option.long ?? option.flags} is given twice, but takes one value.`);
      }
      given.add(name);
    });
  }
}

function sentence(summary: string): string {
  const text = summary.charAt(0).toUpperCase() + summary.slice(1);
  return text.endsWith('?') ? text : `${text}.`;
}

/** The examples as a block of a help text. */
export function formatExamples(examples: readonly Example[]): string {
  const lines = examples.flatMap(({ command, meaning }) => [
    `  # ${meaning}`,
    `  embedllm ${command}`,
  ]);
  return ['Examples:', ...lines].join('\n');
}
