import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { jsonFault, reasonOf } from '@embedllm/internals';
import { readText } from '@embedllm/internals/files';
import type { CommandIo } from '../program/command-io.js';
import { UsageError } from '../program/failure.js';
import type { Configuration } from './configuration.js';

/** Looked for in this order, in the folder where the program is started. */
const FILE_NAMES = ['ts', 'mts', 'mjs', 'js', 'json'].map((end) => `embedllm.config.${end}`);

const PROGRAM = /\.[cm]?[jt]s$/;

/** A configuration and where it is from. */
export interface LoadedConfiguration {
  readonly configuration: Configuration;
  readonly file: string;
  /** The folder that its relative paths start from. */
  readonly folder: string;
}

/**
 * Reads the configuration file: the one that is named, or `embedllm.config.*` of the folder.
 * TypeScript and JavaScript run as programs, with all that this process may do.
 *
 * @param named - A path, or false to read none.
 * @throws UsageError when the named file does not exist, or does not give an object.
 */
export async function loadConfiguration(
  named: string | false | undefined,
  { cwd, signal }: Pick<CommandIo, 'cwd' | 'signal'>,
): Promise<LoadedConfiguration | undefined> {
  if (named === false) return undefined;
  if (named !== undefined) await assertConfiguration(named, resolve(cwd, named));
  const file = named === undefined ? await find(cwd) : resolve(cwd, named);
  if (file === undefined) return undefined;
  const value = await evaluate(file, signal);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(
      `${basename(file)} must have the configuration as its default export: export default defineConfig({ ... }).`,
    );
  }
  return { configuration: value, file: basename(file), folder: dirname(file) };
}

async function find(folder: string): Promise<string | undefined> {
  for (const name of FILE_NAMES) {
    const file = resolve(folder, name);
    if (await exists(file)) return file;
  }
  return undefined;
}

/** @throws UsageError when the named file is missing or cannot be a configuration. */
async function assertConfiguration(named: string, file: string): Promise<void> {
  const status = await stat(file).catch(() => undefined);
  if (status === undefined) throw new UsageError(`Configuration file ${named} not found.`);
  if (status.isDirectory()) {
    const [name] = FILE_NAMES;
    throw new UsageError(
      `--config ${named} is a folder. Name the file itself, such as ${join(named, name ?? '')}.`,
    );
  }
  if (PROGRAM.test(file) || extname(file) === '.json') return;
  const hint = /\.ya?ml$/i.test(file)
    ? ` The configuration of a gateway is an argument: embedllm serve ${named}.`
    : '';
  throw new UsageError(
    `--config ${named} must be a .ts, .mts, .mjs, .js or .json file, as embedllm.config.json is.${hint}`,
  );
}

async function evaluate(file: string, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    if (extname(file) === '.json') return await readJson(file, signal);
    const { createJiti } = await import('jiti');
    const jiti = createJiti(pathToFileURL(file).href, {
      // Nothing is left behind next to the user's files.
      fsCache: false,
      moduleCache: false,
      // So that `defineConfig` is found where this package is not among the folder's own.
      alias: { '@embedllm/cli': fileURLToPath(new URL('./index.js', import.meta.url)) },
    });
    return await jiti.import(file, { default: true });
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof UsageError) throw cause;
    const reason = reasonOf(cause);
    throw new UsageError(`${basename(file)} cannot be read: ${reason}`, { cause });
  }
}

async function readJson(file: string, signal: AbortSignal | undefined): Promise<unknown> {
  const text = await readText(file, signal);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${basename(file)} is not valid JSON: ${jsonFault(text)}.`, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
