import { describe, expect, it } from 'vitest';
import { publishedSentenceConfig, readSentenceConfig } from './sentence-config.js';

function read(files: Record<string, unknown>) {
  return readSentenceConfig(async (path) => files[path]);
}

const transformer = { path: '', type: 'sentence_transformers.models.Transformer' };
const pooling = { path: '1_Pooling', type: 'sentence_transformers.models.Pooling' };
const normalize = {
  path: '2_Normalize',
  type: 'sentence_transformers.sentence_transformer.modules.normalize.Normalize',
};

describe('readSentenceConfig', () => {
  it('reads pooling, scaling, length and width', async () => {
    const files = {
      'modules.json': [transformer, pooling, normalize],
      '1_Pooling/config.json': { word_embedding_dimension: 16, pooling_mode_lasttoken: true },
      'sentence_bert_config.json': { max_seq_length: 384 },
    };
    expect(await read(files)).toEqual({
      pooling: 'last',
      normalize: true,
      maxTokens: 384,
      dimensions: 16,
    });
    const bare = { ...files, 'modules.json': [transformer, pooling] };
    expect(await read(bare)).toMatchObject({ normalize: false });
  });

  it('is empty where the model is not of sentence-transformers', async () => {
    expect(await read({})).toEqual({});
  });

  it.each([
    [{ 'modules.json': {} }, /modules\.json: Must be an array/],
    [{ 'modules.json': [null] }, /modules\.json, row 1, field type: Must be a string/],
    [{ 'modules.json': [transformer, { ...pooling, path: '../..' }] }, /row 2, field path/],
    [{ 'modules.json': [transformer, { ...pooling, path: '/etc' }] }, /row 2, field path/],
    [{ 'modules.json': [transformer, pooling] }, /1_Pooling\/config\.json: Must be an object/],
    [
      {
        'modules.json': [pooling],
        '1_Pooling/config.json': { pooling_mode_weightedmean_tokens: true },
      },
      /asks for the pooling pooling_mode_weightedmean_tokens/,
    ],
    [
      {
        'modules.json': [pooling],
        '1_Pooling/config.json': { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true },
      },
      /asks for the pooling pooling_mode_cls_token \+ pooling_mode_mean_tokens/,
    ],
    [
      { 'modules.json': [{ path: '2_Dense', type: 'sentence_transformers.models.Dense' }] },
      /module of type "Dense"/,
    ],
    [
      {
        'modules.json': [transformer],
        'sentence_bert_config.json': { max_seq_length: '384' },
      },
      /sentence_bert_config\.json, field max_seq_length: Must be a positive integer/,
    ],
  ])('refuses %j', async (files, message) => {
    await expect(read(files)).rejects.toThrow(message);
  });
});

describe('publishedSentenceConfig', () => {
  it('knows the default model under the names of its conversions, and nothing by accident', () => {
    const expected = { pooling: 'mean', normalize: true, maxTokens: 384, dimensions: 768 };
    expect(publishedSentenceConfig('sentence-transformers/all-mpnet-base-v2')).toEqual(expected);
    expect(publishedSentenceConfig('Xenova/all-mpnet-base-v2')).toEqual(expected);
    expect(publishedSentenceConfig('onnx-community/all-MiniLM-L6-v2-ONNX')?.dimensions).toBe(384);
    expect(publishedSentenceConfig('someone/all-mpnet-base-v2')).toBeUndefined();
    expect(publishedSentenceConfig('Xenova/constructor')).toBeUndefined();
  });
});
