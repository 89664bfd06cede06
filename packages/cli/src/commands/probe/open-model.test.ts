import type { ModelInfo } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { attributeValues } from './open-model.js';

const valuesOf = (name: string, ...models: readonly ModelInfo[]) =>
  attributeValues({ models }, name);

describe('attributeValues', () => {
  it('finds families, sizes, and texts and numbers of metadata', () => {
    const model = { name: 'a', family: 'x', parametersBillion: 7, metadata: { licence: 'MIT' } };
    expect(valuesOf('family', model, { name: 'b' })).toEqual(['x', undefined]);
    expect(valuesOf('size', model)).toEqual([7]);
    expect(valuesOf('licence', model)).toEqual(['MIT']);
  });

  it('says how to give what no model has', () => {
    expect(() => valuesOf('family', { name: 'a' })).toThrow(
      'Unknown attribute "family". Only the model names are known. Train with --prices and a file with the columns model and family.',
    );
    expect(() => valuesOf('size', { name: 'a' })).toThrow(
      /columns model and parameters_billion\.$/,
    );
  });

  it('says what is known instead, and where an attribute of ones own goes', () => {
    const model = { name: 'a', family: 'x', metadata: { licence: 'MIT', tags: ['a'] } };
    expect(() => valuesOf('vendor', model)).toThrow(
      'Unknown attribute "vendor". Available: family, licence. Train with --prices and a file with the columns model and metadata, as {"vendor": ...}.',
    );
  });
});
