import { DataError, describeLocation } from '@embedllm/core';
import { quoteBriefly } from '../csv/columns.js';
import { isCutOff, type JsonObject, parseObject } from './parse-object.js';
import type { Line } from './read-lines.js';

/** The last record of a file is only the beginning of an object. */
export class CutOffError extends DataError {
  /** The message without its location. */
  get detail(): string {
    return this.message.slice(describeLocation(this.location).length + 2);
  }
}

/**
 * Parses records as they come, each a JSON object.
 *
 * @param onTorn - Called with the row of a record that is only the beginning of an object, which then is left out: a
 * process that was killed leaves such in a file that only grows. @default they are errors
 * @throws CutOffError after all other records, where the last is only the beginning of one.
 * @throws DataError with file and row where any other is malformed.
 */
export async function* parseRecords(
  file: string,
  records: AsyncIterable<Line>,
  onTorn?: (row: number) => void,
): AsyncGenerator<{ readonly object: JsonObject; readonly row: number }, void, undefined> {
  let cut: (Line & { readonly cause: unknown }) | undefined;
  for await (const { text, row } of records) {
    if (cut !== undefined) {
      throw new DataError(
        `is not complete JSON: it ends in ${quoteBriefly(cut.text.slice(-30))}, and more lines follow. Correct the line or remove it.`,
        { file, row: cut.row, cause: cut.cause },
      );
    }
    let object: JsonObject;
    try {
      object = parseObject(text, { file, row });
    } catch (cause) {
      if (!isCutOff(text)) throw cause;
      if (onTorn) {
        onTorn(row);
        continue;
      }
      cut = { text, row, cause };
      continue;
    }
    yield { object, row };
  }
  if (cut === undefined) return;
  throw new CutOffError(
    `is not complete JSON: it ends in ${quoteBriefly(cut.text.slice(-30))}. Is the file truncated?`,
    { file, row: cut.row, cause: cut.cause },
  );
}
