import { DataError } from '@embedllm/core';
import { type Header, quoteBriefly } from './columns.js';
import { type ReadRecordsOptions, readRecords } from './read-records.js';

class HeaderRead extends Error {}

/**
 * The header of a CSV file that has a record after it.
 *
 * @throws DataError when it has none, or is not well-formed.
 */
export async function readHeader(file: string, options: ReadRecordsOptions = {}): Promise<Header> {
  let found: Header | undefined;
  try {
    const onHeader = (header: Header) => {
      found = header;
      return () => {
        throw new HeaderRead();
      };
    };
    await readRecords(file, onHeader, options);
  } catch (error) {
    if (!(error instanceof HeaderRead)) throw error;
  }
  if (found === undefined) throw new DataError('the file is empty.', { file });
  if (found.columns.length > 100_000) {
    throw new DataError(
      `the header has ${found.columns.length} columns, beginning with ${quoteBriefly(found.columns[0] ?? '')}.`,
      { file, row: 1 },
    );
  }
  return found;
}
