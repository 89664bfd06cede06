import { type FileHandle, open } from 'node:fs/promises';
import { DataError } from '@embedllm/core';
import { replaceFile } from '@embedllm/internals/files';
import { messageOf } from '../files/read-error.js';
import type { CollectRecord } from './collect-record.js';

/** A record that grows, line by line. */
export class RecordFile {
  readonly #handle: FileHandle;
  readonly #file: string;
  #last: Promise<void> = Promise.resolve();

  private constructor(handle: FileHandle, file: string) {
    this.#handle = handle;
    this.#file = file;
  }

  /** Opens a record, or begins one; a last line that was cut off is removed. */
  static async open(file: string): Promise<RecordFile> {
    try {
      const handle = await open(file, 'a+');
      await endAtLine(handle);
      return new RecordFile(handle, file);
    } catch (cause) {
      throw writeError(file, cause);
    }
  }

  /** Writes a line; once it resolves, a killed process keeps it. */
  append(record: CollectRecord): Promise<void> {
    this.#last = this.#last.then(async () => {
      try {
        await this.#handle.appendFile(`${JSON.stringify(record)}\n`);
      } catch (cause) {
        throw writeError(this.#file, cause);
      }
    });
    return this.#last;
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {});
    await this.#handle.close();
  }
}

/** Replaces a record by other lines in one step. */
export async function replaceRecord(
  file: string,
  records: readonly CollectRecord[],
): Promise<void> {
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  try {
    await replaceFile(file, text);
  } catch (cause) {
    throw writeError(file, cause);
  }
}

function writeError(file: string, cause: unknown): DataError {
  return new DataError(`cannot be written (${messageOf(cause)}).`, { file, code: 'io', cause });
}

/** Cuts a file after its last line, or completes this where only its end is missing. */
async function endAtLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  let end = size;
  for (const chunk = Buffer.alloc(65_536); end > 0; ) {
    const start = Math.max(0, end - chunk.length);
    const { bytesRead } = await handle.read(chunk, 0, end - start, start);
    const newline = chunk.subarray(0, bytesRead).lastIndexOf('\n');
    if (newline >= 0) {
      end = start + newline + 1;
      break;
    }
    end = start;
  }
  if (end === size) return;
  const rest = Buffer.alloc(size - end);
  await handle.read(rest, 0, rest.length, end);
  if (isJson(rest.toString('utf8'))) await handle.appendFile('\n');
  else await handle.truncate(end);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
