import { EmbedLLMError } from '../errors/errors.js';

/** Which finite numbers are right; a bound that is left out does not bind. */
export interface NumberRange {
  /** The least that is right. */
  readonly min?: number | undefined;
  /** The greatest that is right. */
  readonly max?: number | undefined;
  /** What a right number exceeds. */
  readonly above?: number | undefined;
  /** What a right number stays under. */
  readonly below?: number | undefined;
  /** Whether `undefined`, for what is left out, is right too. @default false */
  readonly optional?: boolean | undefined;
}

/**
 * Checks a number that a caller set.
 *
 * @param name - Of an option, which is quoted in the message, or a phrase such as "The size".
 * @returns the number.
 * @throws EmbedLLMError `invalid-argument`, naming the option, the range and the value.
 */
export function checkNumber<T extends number | undefined>(
  name: string,
  value: T,
  range: NumberRange = {},
): T {
  if (isNumberIn(value, range) || (range.optional && value === undefined)) return value;
  return refuse(name, describeRange('a number', range), value);
}

/** Checks an integer that a caller set, as `checkNumber` does. */
export function checkInteger<T extends number | undefined>(
  name: string,
  value: T,
  range: NumberRange = {},
): T {
  if (isIntegerIn(value, range) || (range.optional && value === undefined)) return value;
  return refuse(name, describeRange('an integer', range), value);
}

/** Checks each of one or more numbers that a caller set, as `checkNumber` does. */
export function checkNumbers(
  name: string,
  values: readonly number[],
  range: NumberRange = {},
): readonly number[] {
  // Callers without types may pass anything.
  const isList = Array.isArray(values) && values.length > 0;
  if (isList && values.every((value) => isNumberIn(value, range))) return values;
  return refuse(name, describeRange('a list of one or more numbers', range), values);
}

/** Checks each of one or more integers that a caller set, as `checkNumber` does. */
export function checkIntegers(
  name: string,
  values: readonly number[],
  range: NumberRange = {},
): readonly number[] {
  // Callers without types may pass anything.
  const isList = Array.isArray(values) && values.length > 0;
  if (isList && values.every((value) => isIntegerIn(value, range))) return values;
  return refuse(name, describeRange('a list of one or more integers', range), values);
}

/** Whether a value is a finite number within the range. */
export function isNumberIn(value: unknown, range: NumberRange): value is number {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE, above, below } = range;
  if (typeof value !== 'number' || !(value >= min && value <= max)) return false;
  return (above === undefined || value > above) && (below === undefined || value < below);
}

/** Whether a value is an integer within the range, one that a number holds exactly. */
export function isIntegerIn(value: unknown, range: NumberRange): value is number {
  return Number.isSafeInteger(value) && isNumberIn(value, range);
}

/** "an integer from 1 to 4", "a number above 0 and at most 1", "a number of at least 0". */
export function describeRange(kind: string, { min, max, above, below }: NumberRange): string {
  if (min !== undefined) {
    if (max !== undefined) return `${kind} from ${min} to ${max}`;
    return below === undefined
      ? `${kind} of at least ${min}`
      : `${kind} from ${min} to below ${below}`;
  }
  const bounds = [
    above === undefined ? '' : `above ${above}`,
    max === undefined ? '' : `at most ${max}`,
    below === undefined ? '' : `below ${below}`,
  ].filter((bound) => bound !== '');
  return [kind, bounds.join(' and ')].join(' ').trim();
}

/** A value as a message shows it: a text that looks like a number is quoted. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function refuse(name: string, wanted: string, value: unknown): never {
  const isOption = /^[\w.[\]]+$/.test(name);
  const option = { name, text: `\`${name}\`` };
  const text = `${isOption ? option.text : name} must be ${wanted}, but is ${shown(value)}.`;
  throw new EmbedLLMError(
    { text, options: isOption ? [option] : [] },
    { code: 'invalid-argument' },
  );
}
