import { type Command, CommanderError } from 'commander';
import { applyConfiguration } from '../configuration/apply-configuration.js';
import { loadConfiguration } from '../configuration/load-configuration.js';
import { coloursFor } from './colours.js';
import type { CommandIo } from './command-io.js';
import { type Context, createContext } from './context.js';
import { createProgram, type GlobalOptions } from './create-program.js';
import { refuseEmptyPlaces } from './empty-values.js';
import { EXIT_CODES } from './exit-code.js';
import { describeFailure } from './failure.js';
import { nameFlags } from './name-flags.js';
import { silentProgress, streamProgress } from './progress.js';

/**
 * Runs the `embedllm` command line within this process.
 *
 * @param argv - The arguments that follow the name of the program.
 * @param io - Streams, environment, folder and signal.
 * @returns the exit code, as `EXIT_CODES` lists them; never rejects.
 * @example
 * ```ts
 * const { stdin, stdout, stderr, env } = process;
 * const io = { stdin, stdout, stderr, env, cwd: process.cwd() };
 * console.log(await run(['doctor', '--only', 'typescript'], io)); // 0
 * ```
 */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  let exitCode: number = EXIT_CODES.ok;
  let context: Context | undefined;
  let running: Command | undefined;
  const signal = io.signal ?? new AbortController().signal;
  const program = createProgram(io, argv, async (command, execute) => {
    running = command;
    context = await prepare(command, io, signal);
    signal.throwIfAborted();
    exitCode = (await execute(context)) ?? EXIT_CODES.ok;
    context.progress.clear();
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      const isAsked =
        error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
      if (isAsked || error.exitCode === 0) return EXIT_CODES.ok;
      // The text is on standard error already, with the usage or a suggestion.
      const message = error.code === 'commander.help' ? 'No command given.' : plainMessage(error);
      if (isJson(program, argv)) writeError(io, { code: 'usage', message });
      return EXIT_CODES.usage;
    }
    context?.progress.clear();
    const wantsJson = isJson(program, argv);
    if (signal.aborted) return reportInterruption(io, { signal, context, wantsJson });
    const options = program.opts<GlobalOptions>();
    return reportFailure(error, io, { options, wantsJson, command: running });
  }
}

/** Also where the command line could not be parsed up to the flag. */
function isJson(program: Command, argv: readonly string[]): boolean {
  if (program.opts<GlobalOptions>().json === true) return true;
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).includes('--json');
}

/** The message of commander in one line, without its `error: `. */
function plainMessage({ message }: CommanderError): string {
  return message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

function writeError(io: CommandIo, error: object): void {
  io.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
}

/** Completes the options from the configuration file and opens the context. */
async function prepare(command: Command, io: CommandIo, signal: AbortSignal): Promise<Context> {
  refuseEmptyPlaces(command);
  const given = command.optsWithGlobals<GlobalOptions>();
  const loaded = await loadConfiguration(given.config, io);
  if (loaded) applyConfiguration(command, loaded);
  const { json = false, quiet = false, color } = command.optsWithGlobals<GlobalOptions>();
  return createContext({
    io,
    signal,
    progress: quiet ? silentProgress() : streamProgress(io.stderr),
    colours: coloursFor(io.stdout, io.env, color),
    errorColours: coloursFor(io.stderr, io.env, color),
    json,
    quiet,
    encoder: loaded?.configuration.encoder,
    models: loaded?.configuration.models,
    redis: loaded?.configuration.redis,
  });
}

function reportInterruption(
  io: CommandIo,
  {
    signal,
    context,
    wantsJson,
  }: {
    readonly signal: AbortSignal;
    readonly context: Context | undefined;
    readonly wantsJson: boolean;
  },
): number {
  const isTerminated = signal.reason === 'SIGTERM';
  const hint = context?.resumeHint ?? 'Nothing was written.';
  const message = `${isTerminated ? 'Terminated' : 'Interrupted'}. ${hint}`;
  io.stderr.write(`${message}\n`);
  if (wantsJson) writeError(io, { code: isTerminated ? 'terminated' : 'interrupted', message });
  return isTerminated ? EXIT_CODES.terminated : EXIT_CODES.interrupted;
}

function reportFailure(
  error: unknown,
  io: CommandIo,
  {
    options,
    wantsJson,
    command,
  }: {
    readonly options: GlobalOptions;
    readonly wantsJson: boolean;
    readonly command: Command | undefined;
  },
): number {
  const { exitCode, ...described } = describeFailure(error);
  const failure = {
    ...described,
    message: nameFlags(described.message, error, command),
  };
  const colours = coloursFor(io.stderr, io.env, options.color);
  io.stderr.write(`${colours.red('error')}: ${failure.message}\n`);
  if (options.debug === true && error instanceof Error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      io.stderr.write(`${cause === error ? '' : 'Caused by: '}${cause.stack ?? cause.message}\n`);
    }
  }
  if (wantsJson) writeError(io, failure);
  return exitCode;
}
