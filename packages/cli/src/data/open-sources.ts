import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { extractArchive } from '@embedllm/dataset-builder';
import type { Context } from '../program/context.js';
import { detectSource, type Source } from './detect-source.js';
import type { ImportOptions } from './import-options.js';

/** Sources ready to be imported. */
export interface OpenSources {
  readonly sources: readonly Source[];
  /** Removes what was unpacked. */
  close(): Promise<void>;
}

/**
 * Tells what each path is; archives (.zip, .tar, .tar.gz) are unpacked into a temporary folder,
 * each into a folder of its name.
 */
export async function openSources(
  context: Context,
  paths: readonly string[],
  options: ImportOptions,
): Promise<OpenSources> {
  const temporary = await mkdtemp(join(tmpdir(), 'embedllm-sources-'));
  const close = (): Promise<void> => rm(temporary, { recursive: true, force: true });
  try {
    const sources: Source[] = [];
    for (const [index, path] of paths.entries()) {
      const place = await unpacked(context, context.path(path), join(temporary, String(index)));
      const found = await detectSource(place, options.questionColumn !== undefined);
      const isNamed = options.format !== 'auto' && found.format !== 'folder';
      sources.push(isNamed ? { ...found, format: options.format } : found);
    }
    return { sources, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function unpacked(
  { progress, signal }: Context,
  path: string,
  temporary: string,
): Promise<string> {
  if (!/\.(zip|tar|tgz|tar\.gz)$/i.test(path)) return path;
  const directory = join(temporary, basename(path));
  const task = progress.start('Unpacking');
  await extractArchive(path, directory, {
    signal,
    onProgress: ({ bytes, totalBytes, path: entry }) => task.update(bytes, totalBytes, entry),
  });
  task.end();
  return directory;
}
