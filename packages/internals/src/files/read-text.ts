import { checkText } from './check-text.js';
import { readWhole } from './open-to-read.js';

/**
 * Reads a file of text, less a byte order mark.
 *
 * @throws the system's error when it cannot be read; the signal's reason; DataError with the line on
 * what is not UTF-8, such as UTF-16.
 */
export async function readText(path: string, signal?: AbortSignal): Promise<string> {
  const bytes = await readWhole(path, signal);
  const checked: Buffer[] = [];
  for await (const chunk of checkText(path, wholeOf(bytes))) checked.push(chunk);
  return Buffer.concat(checked).toString('utf8');
}

async function* wholeOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
