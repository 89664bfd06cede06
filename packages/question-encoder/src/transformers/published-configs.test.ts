import { describe, expect, it } from 'vitest';
import { publishedSentenceConfig } from './published-configs.js';

describe('publishedSentenceConfig', () => {
  it('knows the default model under the names of its conversions, and nothing by accident', () => {
    const expected = { pooling: 'mean', normalize: true, maxTokens: 384, tokenDimensions: 768 };
    expect(publishedSentenceConfig('sentence-transformers/all-mpnet-base-v2')).toEqual(expected);
    expect(publishedSentenceConfig('Xenova/all-mpnet-base-v2')).toEqual(expected);
    expect(publishedSentenceConfig('onnx-community/all-MiniLM-L6-v2-ONNX')?.tokenDimensions).toBe(
      384,
    );
    expect(publishedSentenceConfig('Xenova/bge-small-en-v1.5')?.pooling).toBe('cls');
    expect(publishedSentenceConfig('someone/all-mpnet-base-v2')).toBeUndefined();
    expect(publishedSentenceConfig('Xenova/constructor')).toBeUndefined();
  });
});
