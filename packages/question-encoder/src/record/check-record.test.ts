import { EmbedLLMError } from '@embedllm/core';
import { expect, it } from 'vitest';
import { readCategoryRecord } from '../categories/category-files.js';
import { restoreCategoryEncoder } from '../categories/restore-category-encoder.js';
import { restoreEndpointEncoder } from '../endpoint/restore-endpoint-encoder.js';
import { restoreHashingEncoder } from '../hashing/restore-hashing-encoder.js';
import { restoreJoinedEncoder } from '../join/restore-joined-encoder.js';
import { restoreLsaEncoder } from '../lsa/restore-lsa-encoder.js';
import { restoreStaticEncoder } from '../static/create-static-encoder.js';
import { restoreTransformersEncoder } from '../transformers/restore-transformers-encoder.js';
import { encoderRecord } from './encoder-record.js';
import { restoreEncoder } from './restore-encoder.js';

const RESTORERS: readonly ((...args: never[]) => unknown)[] = [
  restoreEncoder,
  restoreCategoryEncoder,
  restoreEndpointEncoder,
  restoreHashingEncoder,
  restoreJoinedEncoder,
  restoreLsaEncoder,
  restoreStaticEncoder,
  restoreTransformersEncoder,
  readCategoryRecord,
];

it.each(RESTORERS.map((restore) => [restore.name, restore] as const))(
  '%s refuses what is not a record, and says so',
  async (_, restore) => {
    for (const id of [
      'lsa',
      'hashing',
      'static:x',
      'categories:lsa',
      'join:lsa',
      'endpoint:x',
      'transformers:x',
    ]) {
      for (const record of [
        ...[undefined, null, 'x', 7, []],
        { id: null },
        { id: 7, settings: {} },
        { id, settings: null },
        { id, settings: 'x', files: new Map() },
        { id, settings: {}, files: {} },
      ]) {
        const result = Promise.resolve().then(() => restore(record as never));
        await expect(result).rejects.toBeInstanceOf(EmbedLLMError);
      }
    }
  },
);

it('names the field', async () => {
  await expect(restoreEncoder(null as never)).rejects.toThrow(
    '`record` must be an object, but is null.',
  );
  await expect(restoreEncoder({} as never)).rejects.toThrow('`record.id` must be a string');
  await expect(restoreEncoder({ id: 'lsa', files: {} } as never)).rejects.toThrow(
    '`record.files` must be a Map, but is an object.',
  );
  expect(() => encoderRecord(null as never)).toThrow('`encoder` must be an object, but is null.');
});
