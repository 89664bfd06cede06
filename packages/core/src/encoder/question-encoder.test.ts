import { describe, expect, expectTypeOf, it } from 'vitest';
import { Matrix } from '../matrix/matrix.js';
import type {
  EncodeOptions,
  QuestionEncoder,
  SerializableEncoder,
  SerializedEncoder,
} from './question-encoder.js';

describe('QuestionEncoder', () => {
  it('is any object with an id, dimensions and encode', async () => {
    const encoder: QuestionEncoder = {
      id: 'lengths',
      dimensions: 1,
      encode: async (texts) => Matrix.fromRows(texts.map((text) => [text.length])),
    };
    expect(await encoder.encode(['a', 'bcd'])).toEqual(Matrix.fromRows([[1], [3]]));
  });

  it('takes a signal and reports progress', () => {
    expectTypeOf<QuestionEncoder['encode']>().parameters.toEqualTypeOf<
      [texts: readonly string[], options?: EncodeOptions]
    >();
    expectTypeOf<QuestionEncoder['encode']>().returns.resolves.toEqualTypeOf<Matrix>();
    expectTypeOf<EncodeOptions['signal']>().toEqualTypeOf<AbortSignal | undefined>();
    expectTypeOf<Record<never, never>>().toExtend<EncodeOptions>();
    expectTypeOf<{ id: string; dimensions: number }>().not.toExtend<QuestionEncoder>();
  });

  it('needs a fingerprint only where it is more than the id', () => {
    expectTypeOf<QuestionEncoder['fingerprint']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Omit<QuestionEncoder, 'fingerprint'>>().toExtend<QuestionEncoder>();
  });

  it('can be one that an artifact keeps', () => {
    expectTypeOf<SerializableEncoder>().toExtend<QuestionEncoder>();
    expectTypeOf<QuestionEncoder>().not.toExtend<SerializableEncoder>();
    expectTypeOf<SerializableEncoder['serialize']>().returns.toEqualTypeOf<SerializedEncoder>();
    expectTypeOf<SerializedEncoder['files']>().toEqualTypeOf<ReadonlyMap<string, Uint8Array>>();
  });
});
