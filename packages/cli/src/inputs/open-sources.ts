import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { detectEvaluationSources, extractArchive } from '@embedllm/dataset-builder';
import { ARCHIVE_FOLDER } from '../output/shown-paths.js';
import type { Context } from '../program/context.js';
import type { ImportOptions } from './import-options.js';
import { type OpenSource, sourcesOf } from './source.js';

/** What macOS puts next to files in archives: never data. */
const OF_MACOS = /(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store$)/;

/** Sources ready to be imported. */
export interface OpenSources {
  readonly sources: readonly OpenSource[];
  /** Removes what was unpacked. */
  close(): Promise<void>;
}

/**
 * Tells what each path is; archives are unpacked into a temporary folder, each into a folder of its
 * name.
 */
export async function openSources(
  context: Context,
  paths: readonly string[],
  options: ImportOptions,
): Promise<OpenSources> {
  const { signal } = context;
  const temporary = await mkdtemp(join(tmpdir(), ARCHIVE_FOLDER));
  const close = (): Promise<void> => rm(temporary, { recursive: true, force: true });
  try {
    const sources: OpenSource[] = [];
    for (const [index, path] of paths.entries()) {
      let place = context.path(path);
      let found = await detectEvaluationSources(place, { signal });
      if (found[0]?.kind === 'archive') {
        place = await unpack(context, place, join(temporary, String(index)));
        found = await detectEvaluationSources(place, { signal });
        for (let inner = await onlyFolder(place); found.length === 0 && inner !== undefined; ) {
          place = inner;
          found = await detectEvaluationSources(place, { signal });
          inner = await onlyFolder(place);
        }
      }
      sources.push(...(await sourcesOf(place, found, options)));
    }
    return { sources, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The folder that it was unpacked into. */
async function unpack(
  { progress, signal }: Context,
  path: string,
  temporary: string,
): Promise<string> {
  const directory = join(temporary, basename(path));
  const task = progress.start('Unpacking');
  await extractArchive(path, directory, {
    signal,
    filter: (entry) => !OF_MACOS.test(entry),
    onProgress: ({ bytes, totalBytes, path: entry }) => task.update(bytes, totalBytes, entry),
  });
  task.end();
  return directory;
}

/** The folder that is all there is in a folder, as archives of a folder have it. */
async function onlyFolder(path: string): Promise<string | undefined> {
  const [first, ...others] = await readdir(path, { withFileTypes: true });
  return first?.isDirectory() && others.length === 0 ? join(path, first.name) : undefined;
}
