import { decimalCommaHint } from '@embedllm/internals';
import { InvalidArgumentError } from 'commander';

/** A number within bounds. */
export function number(
  bounds: { readonly min?: number; readonly max?: number } = {},
): (text: string) => number {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bounds;
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max) {
      throw new InvalidArgumentError(
        `It must be a number${range(min, max)}.${decimalCommaHint(text)}`,
      );
    }
    return value;
  };
}

/** An integer within bounds. */
export function integer(
  bounds: { readonly min?: number; readonly max?: number } = {},
): (text: string) => number {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = bounds;
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text.trim()) || value < min || value > max) {
      throw new InvalidArgumentError(
        `It must be an integer${range(bounds.min ?? Number.NEGATIVE_INFINITY, bounds.max ?? Number.POSITIVE_INFINITY)}.`,
      );
    }
    return value;
  };
}

/** A seed: an unsigned 32-bit integer. */
export const seed: (text: string) => number = integer({ min: 0, max: 0xffffffff });

/**
 * Names with commas between them; the option may also be repeated. A name that has a comma stands
 * in double quotes, a quote within them twice, as in CSV.
 */
export function names(text: string, previous: readonly string[] | undefined): string[] {
  return collect(previous, split(text));
}

/** Numbers with commas between them; the option may also be repeated. */
export function numbers(
  read: (text: string) => number,
): (text: string, previous: readonly number[] | undefined) => number[] {
  return (text, previous) => collect(previous, split(text).map(read));
}

/** Two numbers with dots between them: `1..10`. */
export function scale(text: string): { readonly min: number; readonly max: number } {
  const [, from = '', to = ''] = /^(.+?)\.\.(.+)$/.exec(text.trim()) ?? [];
  const min = Number(from.trim() || Number.NaN);
  const max = Number(to.trim() || Number.NaN);
  if (Number.isFinite(min) && Number.isFinite(max) && min < max) return { min, max };
  throw new InvalidArgumentError(
    `It must be two numbers, the lower first, such as 1..10.${decimalCommaHint(from) || decimalCommaHint(to)}`,
  );
}

/** A text that may be given several times. */
export function texts(text: string, previous: readonly string[] | undefined): string[] {
  return collect(previous, [text]);
}

/** Lists that options were given, to distinguish them from their defaults, which these replace. */
const given = new WeakSet<readonly unknown[]>();

function collect<Item>(previous: readonly Item[] | undefined, added: readonly Item[]): Item[] {
  const list = previous && given.has(previous) ? [...previous, ...added] : [...added];
  given.add(list);
  return list;
}

/** A name in quotes, or one up to the next comma, then that comma or the end. */
const ITEM = /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(,|$)/y;

function split(text: string): string[] {
  const parts: string[] = [];
  ITEM.lastIndex = 0;
  for (let separator: string | undefined = ','; separator === ','; ) {
    const [, quoted, plain = '', end] = ITEM.exec(text) ?? [];
    const part = quoted?.replaceAll('""', '"') ?? plain.trim();
    if (part !== '') parts.push(part);
    separator = end;
  }
  if (parts.length === 0) throw new InvalidArgumentError('It must name at least one.');
  return parts;
}

function range(min: number, max: number): string {
  if (min === Number.NEGATIVE_INFINITY) {
    return max === Number.POSITIVE_INFINITY ? '' : ` up to ${max}`;
  }
  return max === Number.POSITIVE_INFINITY ? ` from ${min}` : ` from ${min} to ${max}`;
}
