import { access, readFile } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { reasonOf } from '@embedllm/internals';
import type { CommandIo } from '../program/command-io.js';
import { UsageError } from '../program/failure.js';
import type { Configuration } from './configuration.js';

/** Looked for in this order, in the folder where the program is started. */
const FILE_NAMES = ['ts', 'mts', 'mjs', 'js', 'json'].map((end) => `embedllm.config.${end}`);

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
  io: Pick<CommandIo, 'cwd'>,
): Promise<LoadedConfiguration | undefined> {
  if (named === false) return undefined;
  const file = named === undefined ? await find(io.cwd) : resolve(io.cwd, named);
  if (file === undefined) return undefined;
  if (!(await exists(file))) throw new UsageError(`Configuration file ${named} not found.`);
  const value = await evaluate(file);
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

async function evaluate(file: string): Promise<unknown> {
  try {
    if (extname(file) === '.json') return JSON.parse(await readFile(file, 'utf8'));
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
    const reason = reasonOf(cause);
    throw new UsageError(`${basename(file)} cannot be read: ${reason}`, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
