import { DataError } from '@embedllm/core';
import { ACTIVATIONS } from './activations.js';
import type { HeadModule } from './head.js';
import { isPlainFolder } from './read-fields.js';

/**
 * Reads the stored modules of a model, which may come from anywhere.
 *
 * @throws DataError `invalid-artifact` naming the field.
 */
export function readHead(value: unknown): readonly HeadModule[] {
  const wrong = (expected: string, field: string): DataError =>
    new DataError(`Must be ${expected}.`, {
      file: 'config.json',
      field: `encoder.settings.head${field}`,
      code: 'invalid-artifact',
    });
  if (!Array.isArray(value)) throw wrong('a list of modules', '');
  return value.map((item: unknown, index): HeadModule => {
    const at = `[${index}]`;
    if (typeof item !== 'object' || item === null) throw wrong('an object', at);
    const stored: Readonly<Record<string, unknown>> = { ...item };
    const { type, path, contentHash, residual } = stored;
    if (type === 'normalize') return { type };
    if (type !== 'dense' && type !== 'layer-norm') {
      throw wrong('normalize, layer-norm or dense', `${at}.type`);
    }
    if (!isText(path) || !isPlainFolder(path)) throw wrong('a plain name', `${at}.path`);
    if (!isText(contentHash)) throw wrong('a string', `${at}.contentHash`);
    if (type === 'layer-norm') return { type, path, contentHash };
    const activation = ACTIVATIONS.find((known) => known === stored.activation);
    if (!activation) throw wrong(`one of ${ACTIVATIONS.join(', ')}`, `${at}.activation`);
    if (typeof residual !== 'boolean') throw wrong('true or false', `${at}.residual`);
    return { type, path, activation, residual, contentHash };
  });
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isPositiveInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
