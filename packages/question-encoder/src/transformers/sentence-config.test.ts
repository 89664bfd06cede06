import { describe, expect, it } from 'vitest';
import { readSentenceConfig } from './sentence-config.js';

function read(files: Record<string, unknown>) {
  return readSentenceConfig(async (path) => files[path]);
}

const transformer = { path: '', type: 'sentence_transformers.models.Transformer' };
const pooling = { path: '1_Pooling', type: 'sentence_transformers.models.Pooling' };
const normalize = {
  path: '2_Normalize',
  type: 'sentence_transformers.sentence_transformer.modules.normalize.Normalize',
};

const dense = { path: '2_Dense', type: 'sentence_transformers.base.modules.dense.Dense' };

describe('readSentenceConfig', () => {
  it.each([
    ['mean', 'mean'],
    [['cls'], 'cls'],
    ['lasttoken', 'last'],
    ['weightedmean', 'weighted-mean'],
    ['mean_sqrt_len_tokens', 'mean-sqrt-length'],
    [undefined, 'mean'],
  ])(
    'reads the pooling %j as sentence-transformers writes it since 5.4',
    async (mode, expected) => {
      const config = { embedding_dimension: 16, pooling_mode: mode, include_prompt: false };
      const files = { 'modules.json': [transformer, pooling], '1_Pooling/config.json': config };
      expect(await read(files)).toEqual({
        pooling: expected,
        normalize: false,
        tokenDimensions: 16,
        includePrompt: false,
      });
    },
  );

  it.each(['roberta', 'distilbert', 'camembert', 'albert', 'xlm-roberta', 'xlnet'])(
    'reads the length and the case from sentence_%s_config.json',
    async (name) => {
      const files = {
        'modules.json': [transformer, pooling],
        '1_Pooling/config.json': { pooling_mode_mean_tokens: true },
        [`sentence_${name}_config.json`]: { max_seq_length: 128, do_lower_case: true },
      };
      expect(await read(files)).toMatchObject({ maxTokens: 128, lowerCase: true });
    },
  );

  it('reads what comes behind the pooling, in order, and the prompts', async () => {
    const layerNorm = { path: '3_LayerNorm', type: 'sentence_transformers.models.LayerNorm' };
    const files = {
      'modules.json': [transformer, pooling, normalize, dense, layerNorm, normalize],
      '1_Pooling/config.json': { pooling_mode_cls_token: true },
      '2_Dense/config.json': {
        in_features: 4,
        out_features: 2,
        bias: false,
        activation_function: 'torch.nn.modules.linear.Identity',
      },
      'config_sentence_transformers.json': {
        prompts: { query: 'q: ', document: '' },
        default_prompt_name: 'query',
        truncate_dim: 2,
      },
    };
    expect(await read(files)).toMatchObject({
      normalize: true,
      head: [
        { type: 'normalize' },
        { type: 'dense', path: '2_Dense', outputs: 2, bias: false, activation: 'identity' },
        { type: 'layer-norm', path: '3_LayerNorm' },
      ],
      defaultPrompt: 'query',
      dimensions: 2,
    });
    expect((await read(files)).prompts?.get('query')).toBe('q: ');
  });

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
      tokenDimensions: 16,
    });
    const bare = { ...files, 'modules.json': [transformer, pooling] };
    expect(await read(bare)).toMatchObject({ normalize: false });
  });

  it('is empty where the model is not of sentence-transformers', async () => {
    expect(await read({})).toEqual({});
  });

  it.each([
    [{ 'modules.json': {} }, /modules\.json: Must be an array/],
    [{ 'modules.json': [null] }, /modules\.json, row 1: Must be an object/],
    [{ 'modules.json': [transformer, { ...pooling, path: '../..' }] }, /row 2, field path/],
    [{ 'modules.json': [transformer, { ...pooling, path: '/etc' }] }, /row 2, field path/],
    [{ 'modules.json': [transformer, pooling] }, /1_Pooling\/config\.json: Must be an object/],
    [
      {
        'modules.json': [pooling],
        '1_Pooling/config.json': { pooling_mode_median_tokens: true },
      },
      /asks for the pooling pooling_mode_median_tokens/,
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
      /module 1 is of type "Dense", which this encoder does not support in that position/,
    ],
    [
      { 'modules.json': [{ path: '', type: 'sentence_transformers.models.StaticEmbedding' }] },
      /"StaticEmbedding".* `createStaticEncoder`/,
    ],
    [
      {
        'modules.json': [transformer, pooling],
        '1_Pooling/config.json': { pooling_mode: ['cls', 'max'] },
      },
      /asks for the pooling cls \+ max/,
    ],
    [
      {
        'modules.json': [transformer, pooling, dense],
        '1_Pooling/config.json': {},
        '2_Dense/config.json': { in_features: 4, out_features: 2, activation_function: 'mine.Act' },
      },
      /2_Dense\/config\.json has the activation "mine\.Act"/,
    ],
    [
      {
        'modules.json': [transformer, pooling, dense],
        '1_Pooling/config.json': {},
        '2_Dense/config.json': { in_features: 4 },
      },
      /2_Dense\/config\.json, field out_features: The field is missing/,
    ],
    [
      {
        'modules.json': [transformer, pooling],
        '1_Pooling/config.json': {},
        'config_sentence_transformers.json': {
          prompts: { query: 'q: ' },
          default_prompt_name: 'x',
        },
      },
      /field default_prompt_name: Names "x", which is not among the prompts/,
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
