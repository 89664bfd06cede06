import { InvalidArgumentError } from 'commander';

/** Names of the parts of a split. */
const SPLIT_PARTS = ['train', 'validation', 'test'] as const;
/** One of them. */
export type SplitPart = (typeof SPLIT_PARTS)[number];

/** A part of the split, or all questions; `val` is what splits.csv calls validation. */
export function splitPart(text: string): SplitPart | 'all' {
  const name = text === 'val' ? 'validation' : text;
  const part = [...SPLIT_PARTS, 'all' as const].find((known) => known === name);
  if (part !== undefined) return part;
  throw new InvalidArgumentError('Allowed choices are train, validation (or val), test, all.');
}
