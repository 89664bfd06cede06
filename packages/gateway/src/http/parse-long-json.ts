import type { TextSpan } from './json-scan.js';
import type { Turns } from './turns.js';

/** Bytes that are decoded and parsed in a turn, which takes a few milliseconds. */
const SLICE_BYTES = 524_288;
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/** Stands where a long text is to be put; nobody can know it. */
const MARK: string = `${crypto.randomUUID()}:`;

/**
 * What `JSON.parse` makes of a text in UTF-8, in turns: its long texts are cut out, parsed slice by slice,
 * and put back into the value of what is left.
 *
 * @param long - Its long texts, in order, the quotes left out.
 * @throws SyntaxError where it is not JSON, TypeError where it is not UTF-8.
 */
export async function parseLongJson(
  bytes: Uint8Array,
  long: readonly TextSpan[],
  turns: Turns,
): Promise<unknown> {
  const texts: string[] = [];
  const pieces: string[] = [];
  let copied = 0;
  for (const { start, end } of long) {
    pieces.push(await decoded(bytes.subarray(copied, start), turns), `${MARK}${texts.length}`);
    copied = end;
    texts.push(await parsedText(bytes.subarray(start, end), turns));
  }
  pieces.push(await decoded(bytes.subarray(copied), turns));
  const value: unknown = await turns.take(() => JSON.parse(pieces.join('')));
  if (texts.length === 0) return value;
  if (await turns.take(() => putBack(value, texts) === texts.length)) return value;
  // One is a name, or the value of a name that comes again.
  const whole = await decoded(bytes, turns);
  return await turns.take(() => JSON.parse(whole));
}

/** UTF-8 as text. */
async function decoded(bytes: Uint8Array, turns: Turns): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const slice = bytes.subarray(at, at + SLICE_BYTES);
    const stream = at + SLICE_BYTES < bytes.length;
    text += await turns.take(() => decoder.decode(slice, { stream }));
  }
  return text;
}

/** The text that stands between two quotes. */
async function parsedText(bytes: Uint8Array, turns: Turns): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const end = cutBefore(bytes, at, at + SLICE_BYTES);
    const slice = bytes.subarray(at, end);
    text += await turns.take(() => String(JSON.parse(`"${decoder.decode(slice)}"`)));
    at = end;
  }
  return text;
}

/** The last place up to `most` that is neither within a character nor within an escape, as `from` is. */
function cutBefore(bytes: Uint8Array, from: number, most: number): number {
  if (most >= bytes.length) return bytes.length;
  let cut = most;
  while (cut > most - 3 && isContinuation(bytes[cut])) cut--;
  for (let at = cut - 1; at >= cut - 5; at--) {
    if (bytes[at] !== BACKSLASH) continue;
    let first = at;
    while (first > from && bytes[first - 1] === BACKSLASH) first--;
    const isEscape = (at - first) % 2 === 0;
    const length = bytes[at + 1] === LOWER_U ? 6 : 2;
    return isEscape && at + length > cut ? at : cut;
  }
  return cut;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Puts texts where their marks are. @returns how many were. */
function putBack(root: unknown, texts: readonly string[]): number {
  let count = 0;
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const key of Object.keys(value)) {
      const item: unknown = Reflect.get(value, key);
      if (typeof item === 'object' && item !== null) open.push(item);
      if (typeof item !== 'string' || !item.startsWith(MARK)) continue;
      Reflect.set(value, key, texts[Number(item.slice(MARK.length))]);
      count++;
    }
  }
  return count;
}
