import { checkInteger } from '@embedllm/internals';

/** What texts are cut into: overlapping runs of words or characters. */
export interface ShingleOptions {
  /**
   * `word`: letters and digits in a row are a word; punctuation, and each character of scripts that
   * are written without spaces (Chinese, Japanese, Thai), is a word of its own.
   *
   * @default 'word'
   */
  readonly unit?: 'word' | 'character' | undefined;
  /** How many of them, 1 to 64. @default 3 words, 5 characters */
  readonly size?: number | undefined;
}

/** Options with their defaults filled in. */
export interface Shingling {
  readonly unit: 'word' | 'character';
  readonly size: number;
}

/** @throws EmbedLLMError `invalid-argument` when the size is out of range. */
export function shinglingOf({ unit = 'word', size }: ShingleOptions = {}): Shingling {
  const chosen = size ?? (unit === 'word' ? 3 : 5);
  checkInteger('The size of a shingle', chosen, { min: 1, max: 64 });
  return { unit, size: chosen };
}

/**
 * The set of a text's shingles (w-shingling of Broder, 1997) as hashes of 32 bits, ascending and
 * without repetition; case is ignored. A text of fewer units than a shingle has is one shingle; one
 * of white space has none.
 *
 * Two different shingles share a hash with probability 2^-32, so that the Jaccard index of two sets
 * of n hashes is off by more than 1 / n with probability below 2 n² / 2^32: one in 10^5 for n = 150.
 */
export function shingleSet(text: string, { unit, size }: Shingling): Uint32Array {
  const lower = text.toLowerCase();
  const units = unit === 'word' ? wordHashes(lower) : characterCodes(lower);
  const count = Math.max(units.length - size + 1, Math.min(units.length, 1));
  const hashes = new Uint32Array(count);
  for (let start = 0; start < count; start++) {
    let hash = 0x811c9dc5;
    const end = Math.min(start + size, units.length);
    for (let index = start; index < end; index++) {
      hash = mix32(hash ^ units[index]!);
      hash = (Math.imul(hash, 5) + 0x52dce729) | 0;
    }
    hashes[start] = hash;
  }
  return withoutRepetition(hashes.sort());
}

/** A bijection of 32 bits in which every bit of the result depends on all (MurmurHash3's fmix32). */
export function mix32(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** The share of two ascending sets' union that is in both, 0 to 1; 1 for two empty sets. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const left = a[i]!;
    const right = b[j]!;
    if (left === right) shared++;
    if (left <= right) i++;
    if (right <= left) j++;
  }
  const union = a.length + b.length - shared;
  return union === 0 ? 1 : shared / union;
}

function characterCodes(text: string): number[] {
  const codes: number[] = [];
  let blank = true;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    const space = isSpace(code);
    if (space && blank) continue;
    codes.push(space ? 0x20 : code);
    blank = space;
  }
  if (codes.at(-1) === 0x20) codes.pop();
  return codes;
}

/** A hash of each word. */
function wordHashes(text: string): number[] {
  const words: number[] = [];
  let hash = 0;
  let within = false;
  const end = (): void => {
    if (within) words.push(hash);
    within = false;
  };
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isWordCode(code)) {
      // FNV-1a over the code units.
      hash = Math.imul((within ? hash : 0x811c9dc5) ^ code, 0x01000193);
      within = true;
      continue;
    }
    end();
    if (!isSpace(code)) words.push(code);
  }
  end();
  return words;
}

function isSpace(code: number): boolean {
  return (
    code === 0x20 ||
    (code >= 0x09 && code <= 0x0d) ||
    code === 0xa0 ||
    code === 0x3000 ||
    code === 0xfeff ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029
  );
}

/** Letters, digits and what belongs to them; of other scripts all but punctuation. */
function isWordCode(code: number): boolean {
  if (code < 0x80) {
    return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x5f;
  }
  if (code < 0xc0) return code === 0xaa || code === 0xb5 || code === 0xba;
  const thai = code >= 0x0e00 && code <= 0x0e7f;
  // General punctuation, arrows, operators, technical signs, up to CJK, kana and ideographs.
  const signs = (code >= 0x2000 && code <= 0x2bff) || (code >= 0x2e80 && code <= 0x9fff);
  const compatibility = code >= 0xf900 && code <= 0xfaff;
  return !(thai || signs || compatibility) && code !== 0xd7 && code !== 0xf7 && code !== 0xfeff;
}

function withoutRepetition(sorted: Uint32Array): Uint32Array {
  let kept = 0;
  for (let index = 0; index < sorted.length; index++) {
    if (index === 0 || sorted[index] !== sorted[index - 1]) {
      sorted[kept++] = sorted[index]!;
    }
  }
  return kept === sorted.length ? sorted : sorted.slice(0, kept);
}
