import { ApiError } from './api-error.js';

const MAX_DEPTH = 64;

/**
 * Refuses JSON that could harm whoever handles it next: nesting beyond 64 levels, and keys that
 * reach for the prototype of objects (`__proto__`, and `constructor` with a `prototype` in it).
 *
 * @throws ApiError 400.
 */
export function checkJson(root: unknown): void {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) {
      throw new ApiError(400, `The body is nested deeper than ${MAX_DEPTH} levels.`);
    }
    if (!Array.isArray(value)) checkKeys(value);
    for (const item of Object.values(value)) open.push({ value: item, depth: depth + 1 });
  }
}

function checkKeys(value: object): void {
  const entries = new Map<string, unknown>(Object.entries(value));
  const made = entries.get('constructor');
  const reaches = typeof made === 'object' && made !== null && Object.hasOwn(made, 'prototype');
  if (entries.has('__proto__') || reaches) {
    const key = reaches ? 'constructor.prototype' : '__proto__';
    throw new ApiError(400, `The body has the key ${key}, which is not allowed.`, { param: key });
  }
}
