import { Command } from 'commander';
import type { AddCommand } from '../../program/define-command.js';

/** A command or a group of commands, as completion sees it. */
export interface KnownCommand {
  /** Names from below the program down, such as `['probe', 'nearest']`; empty for the program. */
  readonly path: readonly string[];
  readonly summary: string;
  /** What may come next: commands, or the values of an argument that takes only some. */
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly KnownOption[];
}

/** An option with its value, where it has one. */
export interface KnownOption {
  /** `--policy`. */
  readonly flag: string;
  readonly description: string;
  readonly hasValue: boolean;
  /** Values that it takes; none where there are others, or where it takes none. */
  readonly choices: readonly string[];
}

/** All commands with all options, the program first. */
export function readCommands(commands: readonly AddCommand[]): KnownCommand[] {
  // A command adds its options only where the command line names it.
  let names: string[] = [];
  for (;;) {
    const program = new Command('embedllm');
    for (const add of commands) add(program, async () => undefined, names);
    const found = below(program).map((command) => command.name());
    if (found.length === names.length) return [program, ...below(program)].map(describe);
    names = found;
  }
}

function below(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...below(child)]);
}

function describe(command: Command): KnownCommand {
  return {
    path: pathOf(command),
    summary: command.summary(),
    commands: [
      ...command.commands.map((child) => ({ name: child.name(), summary: child.summary() })),
      ...command.registeredArguments.flatMap(({ argChoices = [], description }) =>
        argChoices.map((name) => ({ name, summary: description })),
      ),
    ],
    options: command.options.flatMap(({ long, description, required, argChoices, hidden }) =>
      long && !hidden
        ? [{ flag: long, description, hasValue: required, choices: argChoices ?? [] }]
        : [],
    ),
  };
}

function pathOf(command: Command): string[] {
  return command.parent ? [...pathOf(command.parent), command.name()] : [];
}
