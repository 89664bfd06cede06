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

/** Checks a text, such as a path. */
export function checkString(name: string, value: string): string {
  return typeof value === 'string' ? value : refuse(name, 'a string', value);
}

/** One path or several, checked, as a list. */
export function checkPaths(name: string, value: string | readonly string[]): readonly string[] {
  if (typeof value === 'string') return [value];
  const isList = Array.isArray(value) && value.every((path) => typeof path === 'string');
  return isList ? value : refuse(name, 'a path or a list of paths', value);
}

/** Checks the content of a file. */
export function checkBytes(name: string, value: Uint8Array): Uint8Array {
  // By its tag: in a browser's frames and some test runners there are several such classes.
  const isBytes = ArrayBuffer.isView(value) && value[Symbol.toStringTag] === 'Uint8Array';
  return isBytes ? value : refuse(name, 'a Uint8Array', value);
}

/** Checks a `Map`, or what can be read like one. */
export function checkMap<T extends ReadonlyMap<string, unknown>>(name: string, value: T): T {
  const isMap = typeof value === 'object' && value !== null && typeof value.get === 'function';
  return isMap ? value : refuse(name, 'a Map', value);
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
