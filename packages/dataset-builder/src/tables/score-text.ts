/** What the lowest and the highest score of a scale are. */
export interface ScoreScale {
  readonly min: number;
  readonly max: number;
}

/** Scores as they are kept. */
export const UNIT_SCALE: ScoreScale = { min: 0, max: 1 };

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/;

/** Words for right and wrong, in any case. */
const WORDS: ReadonlyMap<string, number> = new Map([
  ...['true', 't', 'yes', 'y', 'correct', 'right', 'pass', 'passed'].map(
    (word) => [word, 1] as const,
  ),
  ...['false', 'f', 'no', 'n', 'incorrect', 'wrong', 'fail', 'failed'].map(
    (word) => [word, 0] as const,
  ),
]);

/** What stands where a model was not asked, in any case. */
export const NOT_ASKED: ReadonlySet<string> = new Set([
  '',
  'nan',
  'null',
  'none',
  'na',
  'n/a',
  '<na>',
]);

/** The words for a score of 1 or 0. */
export function wordsFor(score: 0 | 1): string[] {
  return [...WORDS].filter(([, value]) => value === score).map(([word]) => word);
}

/** What labels look like, for messages. */
export const LABELS = 'from 0 to 1, true or false, yes or no, correct or incorrect, pass or fail';

/**
 * The score that a text says, from 0 to 1: a decimal number of the scale, or a word for right or
 * wrong (true, yes, correct, pass, and their opposites).
 *
 * @returns `null` where it says that the model was not asked (empty, NaN, null, None, NA, N/A);
 * `undefined` where it is not a score.
 */
export function parseScore(
  text: string,
  scale: ScoreScale = UNIT_SCALE,
): number | null | undefined {
  // As nearly all labels are.
  if (scale === UNIT_SCALE && (text === '1' || text === '1.0')) return 1;
  if (scale === UNIT_SCALE && (text === '0' || text === '0.0')) return 0;
  const trimmed = text.trim();
  if (DECIMAL.test(trimmed)) return scaled(Number(trimmed), scale);
  const word = trimmed.toLowerCase();
  return NOT_ASKED.has(word) ? null : WORDS.get(word);
}

/** As `parseScore`, of any value of JSON. A missing value is one that was not asked. */
export function scoreOfValue(
  value: unknown,
  scale: ScoreScale = UNIT_SCALE,
): number | null | undefined {
  if (typeof value === 'string') return parseScore(value, scale);
  if (typeof value === 'number') return scaled(value, scale);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value === undefined || value === null ? null : undefined;
}

/** A number of a scale from 0 to 1; `undefined` where it is not on the scale. */
export function scaled(value: number, { min, max }: ScoreScale): number | undefined {
  return value >= min && value <= max ? (value - min) / (max - min) : undefined;
}

/** Whether a score reaches a threshold, both from 0 to 1; a mean may miss it by what rounding loses. */
export function reaches(score: number, threshold: number): boolean {
  return score >= threshold - 1e-12;
}
