import { EmbedLLMError } from '@embedllm/internals';

const MAX_DEPTH = 64;

/**
 * JSON with the keys of every object sorted by UTF-16 code units and no white space: equal
 * contents give equal text. Properties that are `undefined` are left out, as by `JSON.stringify`.
 *
 * @param name - What the value is, for the message ("training.settings").
 * @throws EmbedLLMError `invalid-argument` on anything that JSON would not give back: NaN,
 * functions, dates and other class instances, cycles, and keys named `__proto__`.
 */
export function canonicalJson(value: unknown, name: string): string {
  return write(value, name, 0);
}

function write(value: unknown, name: string, depth: number): string {
  if (depth > MAX_DEPTH) throw refuse(name, `is nested deeper than ${MAX_DEPTH} levels`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refuse(name, `is ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item, index) => write(item, `${name}[${index}]`, depth + 1)).join(',')}]`;
  }
  if (!isPlainObject(value)) throw refuse(name, `is of type ${describeType(value)}`);
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    if (key === '__proto__') throw refuse(name, 'has a key named __proto__');
    const item = value[key];
    if (item === undefined) continue;
    members.push(`${JSON.stringify(key)}:${write(item, `${name}.${key}`, depth + 1)}`);
  }
  return `{${members.join(',')}}`;
}

/** Whether a value is an object literal, or what `JSON.parse` makes of one. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Another realm's Object.prototype, as in a worker or a test runner, has no prototype itself.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function describeType(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? (value.constructor?.name ?? 'object')
    : typeof value;
}

function refuse(name: string, problem: string): EmbedLLMError {
  return new EmbedLLMError(
    `${name} ${problem}, which JSON cannot hold. Use plain objects, lists, strings and finite numbers.`,
    { code: 'invalid-argument' },
  );
}
