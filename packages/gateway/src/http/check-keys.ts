import { ApiError } from './api-error.js';

/**
 * Refuses keys that reach for the prototype of objects (`__proto__`, and `constructor` with a
 * `prototype` in it).
 *
 * @throws ApiError 400.
 */
export function checkKeys(root: unknown): void {
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) checkOwnKeys(value);
    for (const item of Object.values(value)) {
      if (typeof item === 'object' && item !== null) open.push(item);
    }
  }
}

/** The same of one object alone. */
export function checkOwnKeys(value: object): void {
  const made: unknown = Object.getOwnPropertyDescriptor(value, 'constructor')?.value;
  const reaches = typeof made === 'object' && made !== null && Object.hasOwn(made, 'prototype');
  if (!reaches && !Object.hasOwn(value, '__proto__')) return;
  throw notAllowed(reaches ? 'constructor.prototype' : '__proto__');
}

/** Says that a key is refused. */
export function notAllowed(key: string): ApiError {
  return new ApiError(400, `The body contains the key ${key}, which is not allowed.`, {
    param: key,
  });
}
