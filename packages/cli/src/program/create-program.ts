import { Command, Option } from 'commander';
import { version } from '../../package.json';
import { commands } from '../commands/index.js';
import { coloursFor } from './colours.js';
import type { CommandIo } from './command-io.js';
import { type Execute, formatExamples } from './define-command.js';
import { EXIT_CODE_TABLE } from './exit-code.js';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config?: string | false | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly debug?: boolean | undefined;
  /** False under `--no-color`. */
  readonly color?: boolean | undefined;
}

const EXAMPLES = [
  {
    command: 'build logs/ --output dataset',
    meaning: 'turn evaluation records into a validated dataset',
  },
  { command: 'train --data dataset --output artifact', meaning: 'train on it' },
  { command: 'evaluate --data dataset --artifact artifact', meaning: 'measure on test questions' },
  { command: 'route --artifact artifact "What is 17 * 23?"', meaning: 'choose a model' },
];

const EXIT_CODES_HELP = [
  'Exit codes:',
  ...EXIT_CODE_TABLE.map(({ code, meaning }) => `${String(code).padStart(5)}  ${meaning}`),
].join('\n');

/** The program with all its commands, writing to the given streams; throws instead of exiting. */
export function createProgram(io: CommandIo, argv: readonly string[], execute: Execute): Command {
  const program = new Command('embedllm')
    .description(
      'Route questions, forecast benchmarks and compare LLMs with compact embeddings learned from which questions each answered correctly.',
    )
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help; for a command, with examples')
    .helpCommand('help [command]', 'print the help of a command')
    .option('--config <file>', 'configuration file (default: embedllm.config.* in this folder)')
    .addOption(new Option('--no-config', 'read no configuration file').hideHelp())
    .option('--json', 'print the result as JSON, and nothing else on standard output')
    .option('-q, --quiet', 'suppress progress and remarks')
    .option('--debug', 'print stack traces of errors')
    .option('--no-color', 'no colours (also NO_COLOR)')
    .showSuggestionAfterError(true)
    .showHelpAfterError('(see --help)')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      getOutHasColors: () => coloursFor(io.stdout, io.env, undefined).enabled,
      getErrHasColors: () => coloursFor(io.stderr, io.env, undefined).enabled,
    })
    .exitOverride()
    .addHelpText('after', `\n${formatExamples(EXAMPLES)}\n\n${EXIT_CODES_HELP}`);
  for (const addCommand of commands) addCommand(program, execute, argv);
  return program;
}
