import { constants } from 'node:buffer';
import { type Advice, advice, namedOption } from '@embedllm/core';

/** The longest record in bytes: as asked, and at most what a text can hold in this version of Node. */
export function recordLimit(asked: number | undefined, usual: number): number {
  return Math.min(asked ?? usual, constants.MAX_STRING_LENGTH);
}

/** Says that something is too long, and whether the limit can be raised. */
export function tooLong(what: string, limit: number): Advice {
  return limit >= constants.MAX_STRING_LENGTH
    ? advice`${what} is longer than ${limit} bytes, the most that can be read. Shorten or remove it.`
    : advice`${what} is longer than ${limit} bytes. Raise ${namedOption('maxRecordBytes')} if this is expected.`;
}
