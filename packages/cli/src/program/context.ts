import { isAbsolute, relative, resolve } from 'node:path';
import type { ConfiguredModels } from '../inputs/configured-models.js';
import type { ConfiguredEncoder } from '../inputs/encoder-settings.js';
import type { Colours } from './colours.js';
import type { CommandIo } from './command-io.js';
import type { ProgressDisplay } from './progress.js';

/** What a command needs of the run that it is part of. */
export interface Context {
  readonly io: CommandIo;
  readonly signal: AbortSignal;
  readonly progress: ProgressDisplay;
  /** Of standard output. */
  readonly colours: Colours;
  /** Whether standard output takes JSON only. */
  readonly json: boolean;
  /** What the configuration file says of the question encoder. */
  readonly encoder: ConfiguredEncoder | undefined;
  /** The models that the configuration file has for `collect`. */
  readonly models: ConfiguredModels | undefined;
  /** The address of Redis that the configuration file has for clusters. */
  readonly redis: string | undefined;
  /** What to say when someone interrupts the run: how to resume. */
  resumeHint: string | undefined;
  /** A path of the user's as the libraries should be given it. */
  path(path: string): string;
  /** The result of a command: the value under `--json`, else the text. */
  result(value: unknown, text: () => string): void;
  /** A piece of a result that comes in many: written as it is. */
  write(text: string): void;
  /** A remark for people, on standard error; not under `--quiet`. */
  note(text: string): void;
  /** Something that they should know in any case. */
  warn(text: string): void;
}

/** What a context is made of. */
export interface ContextOptions {
  readonly io: CommandIo;
  readonly signal: AbortSignal;
  readonly progress: ProgressDisplay;
  readonly colours: Colours;
  readonly errorColours: Colours;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly encoder: ConfiguredEncoder | undefined;
  readonly models: ConfiguredModels | undefined;
  readonly redis: string | undefined;
}

/** Makes the context of one run. */
export function createContext(options: ContextOptions): Context {
  const { io, progress, json, quiet, errorColours } = options;
  const say = (text: string): void => {
    progress.clear();
    io.stderr.write(`${text}\n`);
  };
  return {
    ...options,
    resumeHint: undefined,
    path: (path) => fromHere(path, io.cwd),
    result: (value, text) => {
      progress.clear();
      const output = json ? JSON.stringify(value, null, 2) : text();
      io.stdout.write(`${output}\n`);
    },
    write: (text) => {
      progress.clear();
      io.stdout.write(text);
    },
    note: (text) => {
      if (!quiet) say(text);
    },
    warn: (text) => say(`${errorColours.yellow('warning')}: ${text}`),
  };
}

/** Left as typed where that means the same, so that messages repeat what the user wrote. */
function fromHere(path: string, cwd: string): string {
  if (isAbsolute(path) || cwd === process.cwd()) return path;
  return relative(process.cwd(), resolve(cwd, path)) || '.';
}
