import { EmbedLLMError } from '../errors/errors.js';

/**
 * Checks an object that callers without types may leave out or set to null.
 *
 * @param name - Of the argument, which is quoted in the message.
 * @throws EmbedLLMError `invalid-argument`.
 */
export function checkObject<T extends object>(name: string, value: T): T {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  return refuse(name, 'an object', value);
}

/** Checks a list that callers without types may replace by one of its items. */
export function checkList<T>(name: string, value: readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : refuse(name, 'a list', value);
}

function refuse(name: string, wanted: string, value: unknown): never {
  throw new EmbedLLMError(`\`${name}\` must be ${wanted}, but is ${described(value)}.`, {
    code: 'invalid-argument',
  });
}

function described(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
