import { checkText } from '@embedllm/internals/files';
import { type ReadBytesOptions, readBytes } from '../files/read-bytes.js';
import type { JsonMember, MemberScannerOptions } from './json-member.js';
import { MemberScanner } from './member-scanner.js';

/** Options of `readMembers`. */
export type ReadMembersOptions = ReadBytesOptions & MemberScannerOptions;

/**
 * Streams the members of one JSON object that may be far larger than memory, in the order of the
 * file, and the elements of one of its lists one by one. Only the structure is read here (where
 * strings, lists and objects begin and end), by looking at each byte once; memory holds a chunk and
 * the longest value. Values that are not wanted are not kept.
 *
 * @throws DataError with file and row where the structure is broken, a value is too long, or the
 * file ends within the object.
 */
export async function* readMembers(
  file: string,
  options: ReadMembersOptions,
): AsyncGenerator<JsonMember, void, undefined> {
  const scanner = new MemberScanner(file, options);
  for await (const chunk of checkText(file, readBytes(file, options))) yield* scanner.feed(chunk);
  scanner.finish();
}
