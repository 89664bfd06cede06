import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryDirectory } from './temporary-directory.js';

/** A directory for one test file, and what writes a file of results into it. */
export function resultsFolder(): {
  readonly folder: string;
  /** @param content - A text, or what is written as JSON. @returns the path. */
  readonly write: (name: string, content: unknown) => Promise<string>;
} {
  const folder = temporaryDirectory();
  return {
    folder,
    async write(name, content) {
      const file = join(folder, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    },
  };
}
