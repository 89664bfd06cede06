import { Random, writeSafetensors } from '@embedllm/core';
import type { TransformersEncoderOptions } from '../../src/transformers.js';
import type { TinyModelOptions } from './tiny-model.js';

/** A widely used model: what its public files say, and what an encoder must make of it. */
export interface HubModel {
  readonly name: string;
  /** Width of its token vectors. */
  readonly width: number;
  readonly files: Readonly<Record<string, unknown>>;
  readonly graph?: Pick<TinyModelOptions, 'output' | 'textOutput' | 'inputs'>;
  /** What has to be given for questions. */
  readonly options?: TransformersEncoderOptions;
  readonly expected: {
    readonly pooling: 'mean' | 'cls' | 'last' | 'model';
    readonly normalize: boolean;
    readonly maxTokens: number;
    readonly prefix?: string;
    readonly dimensions?: number;
  };
}

interface Described {
  readonly pooling: 'mean' | 'cls' | 'last';
  readonly normalize?: boolean;
  readonly maxTokens: number;
  readonly prompts?: Readonly<Record<string, string>>;
  readonly defaultPrompt?: string;
  /** Names of the files and fields as sentence-transformers writes them since 5.4. */
  readonly newForm?: boolean;
  readonly dense?: readonly (readonly [inputs: number, outputs: number, activation: string])[];
  /** Positions that config.json names. */
  readonly positions?: number;
  readonly config?: Readonly<Record<string, unknown>>;
}

const OLD_MODES = {
  mean: 'pooling_mode_mean_tokens',
  cls: 'pooling_mode_cls_token',
  last: 'pooling_mode_lasttoken',
};
const NEW_MODES = { mean: 'mean', cls: 'cls', last: 'lasttoken' };

/** The files of a model of sentence-transformers. */
function files(width: number, described: Described): Record<string, unknown> {
  const { pooling, normalize = true, maxTokens, prompts, dense = [], newForm } = described;
  const modules = [
    'Transformer',
    'Pooling',
    ...dense.map(() => 'Dense'),
    ...(normalize ? ['Normalize'] : []),
  ];
  const result: Record<string, unknown> = {
    'config.json': {
      model_type: 'bert',
      architectures: ['BertModel'],
      max_position_embeddings: described.positions ?? maxTokens,
      ...described.config,
    },
    'modules.json': modules.map((type, idx) => ({
      idx,
      name: String(idx),
      path: idx === 0 ? '' : `${idx}_${type}`,
      type: newForm
        ? `sentence_transformers.sentence_transformer.modules.${type.toLowerCase()}.${type}`
        : `sentence_transformers.models.${type}`,
    })),
    '1_Pooling/config.json': newForm
      ? { embedding_dimension: width, pooling_mode: NEW_MODES[pooling], include_prompt: true }
      : {
          word_embedding_dimension: width,
          ...Object.fromEntries(
            Object.entries(OLD_MODES).map(([mode, name]) => [name, mode === pooling]),
          ),
          pooling_mode_max_tokens: false,
          pooling_mode_mean_sqrt_len_tokens: false,
        },
    'sentence_bert_config.json': { max_seq_length: maxTokens, do_lower_case: false },
    'tokenizer_config.json': {
      tokenizer_class: 'BertTokenizer',
      model_max_length: 1_000_000_000_000,
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      cls_token: '[CLS]',
      sep_token: '[SEP]',
    },
  };
  if (prompts) {
    result['config_sentence_transformers.json'] = {
      prompts,
      default_prompt_name: described.defaultPrompt ?? null,
      similarity_fn_name: 'cosine',
    };
  }
  dense.forEach(([inputs, outputs, activation], index) => {
    const folder = `${index + 2}_Dense`;
    result[`${folder}/config.json`] = {
      in_features: inputs,
      out_features: outputs,
      bias: false,
      activation_function: activation,
    };
    result[`${folder}/model.safetensors`] = denseWeights(inputs, outputs, index);
  });
  return result;
}

/** Weights of a dense layer without meaning. */
export function denseMatrix(inputs: number, outputs: number, seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: inputs * outputs }, () => random.normal() / Math.sqrt(inputs));
}

function denseWeights(inputs: number, outputs: number, seed: number): Uint8Array {
  const data = denseMatrix(inputs, outputs, seed);
  return writeSafetensors([['linear.weight', { dtype: 'F32', shape: [outputs, inputs], data }]]);
}

const SEARCH = 'Represent this sentence for searching relevant passages: ';
const IDENTITY = 'torch.nn.modules.linear.Identity';
const INSTRUCT =
  'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:';

function model(
  name: string,
  width: number,
  described: Described,
  rest: Partial<Pick<HubModel, 'options' | 'graph'>> & {
    prefix?: string;
    dimensions?: number;
  } = {},
): HubModel {
  const { options, graph, prefix, dimensions } = rest;
  const { pooling, normalize = true, maxTokens } = described;
  return {
    name,
    width,
    files: files(width, described),
    ...(options && { options }),
    ...(graph && { graph }),
    expected: {
      pooling,
      normalize,
      maxTokens,
      ...(prefix !== undefined && { prefix }),
      ...(dimensions !== undefined && { dimensions }),
    },
  };
}

/**
 * Twenty-two widely used models, as their public configuration and model cards describe them. Their
 * weights are generated, and their graphs are the tiny one.
 */
export const HUB_MODELS: readonly HubModel[] = [
  model('sentence-transformers/all-MiniLM-L6-v2', 384, {
    pooling: 'mean',
    maxTokens: 256,
    positions: 512,
  }),
  model('sentence-transformers/all-mpnet-base-v2', 768, {
    pooling: 'mean',
    maxTokens: 384,
    positions: 514,
    config: { model_type: 'mpnet', architectures: ['MPNetModel'], pad_token_id: 1 },
  }),
  model('sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2', 384, {
    pooling: 'mean',
    normalize: false,
    maxTokens: 128,
    positions: 512,
  }),
  model('sentence-transformers/LaBSE', 768, {
    pooling: 'cls',
    maxTokens: 256,
    positions: 512,
    dense: [[768, 768, 'torch.nn.modules.activation.Tanh']],
  }),
  ...(['small', 'base', 'large'] as const).map((size) =>
    model(
      `BAAI/bge-${size}-en-v1.5`,
      { small: 384, base: 768, large: 1024 }[size],
      { pooling: 'cls', maxTokens: 512 },
      { options: { prefix: SEARCH }, prefix: SEARCH },
    ),
  ),
  model('BAAI/bge-m3', 1024, {
    pooling: 'cls',
    maxTokens: 8192,
    positions: 8194,
    config: { model_type: 'xlm-roberta', architectures: ['XLMRobertaModel'], pad_token_id: 1 },
  }),
  model(
    'intfloat/e5-base-v2',
    768,
    { pooling: 'mean', maxTokens: 512 },
    { options: { prefix: 'query: ' }, prefix: 'query: ' },
  ),
  model(
    'intfloat/multilingual-e5-large',
    1024,
    {
      pooling: 'mean',
      maxTokens: 512,
      positions: 514,
      config: { model_type: 'xlm-roberta', architectures: ['XLMRobertaModel'], pad_token_id: 1 },
    },
    { options: { prefix: 'query: ' }, prefix: 'query: ' },
  ),
  model('thenlper/gte-base', 768, { pooling: 'mean', maxTokens: 512 }),
  model('Alibaba-NLP/gte-base-en-v1.5', 768, { pooling: 'cls', normalize: false, maxTokens: 8192 }),
  model('Alibaba-NLP/gte-modernbert-base', 768, {
    pooling: 'cls',
    normalize: false,
    maxTokens: 8192,
  }),
  model(
    'Snowflake/snowflake-arctic-embed-m-v1.5',
    768,
    { pooling: 'cls', maxTokens: 512, prompts: { query: SEARCH } },
    { options: { prompt: 'query', dimensions: 256 }, prefix: SEARCH, dimensions: 256 },
  ),
  model(
    'mixedbread-ai/mxbai-embed-large-v1',
    1024,
    { pooling: 'cls', normalize: false, maxTokens: 512, prompts: { query: SEARCH } },
    { options: { prompt: 'query' }, prefix: SEARCH },
  ),
  model(
    'nomic-ai/nomic-embed-text-v1.5',
    768,
    { pooling: 'mean', maxTokens: 8192 },
    {
      options: { prefix: 'search_query: ', dimensions: 256, layerNorm: true },
      prefix: 'search_query: ',
      dimensions: 256,
    },
  ),
  model(
    'nomic-ai/modernbert-embed-base',
    768,
    {
      pooling: 'mean',
      maxTokens: 8192,
      prompts: { query: 'search_query: ', document: 'search_document: ' },
    },
    { options: { prompt: 'query' }, prefix: 'search_query: ' },
  ),
  model('jinaai/jina-embeddings-v2-base-en', 768, {
    pooling: 'mean',
    normalize: false,
    maxTokens: 8192,
  }),
  model(
    'jinaai/jina-embeddings-v3',
    1024,
    {
      pooling: 'mean',
      maxTokens: 8192,
      positions: 8194,
      config: {
        model_type: 'xlm-roberta',
        architectures: ['XLMRobertaModel'],
        pad_token_id: 1,
        lora_adaptations: [
          'retrieval.query',
          'retrieval.passage',
          'separation',
          'classification',
          'text-matching',
        ],
      },
    },
    {
      options: { task: 'classification' },
      graph: { output: 'text_embeds', inputs: ['task_id'] },
    },
  ),
  model(
    'Qwen/Qwen3-Embedding-0.6B',
    1024,
    { pooling: 'last', maxTokens: 32768, prompts: { query: INSTRUCT, document: '' } },
    { options: { prompt: 'query', dimensions: 512 }, prefix: INSTRUCT, dimensions: 512 },
  ),
  model(
    'google/embeddinggemma-300m',
    768,
    {
      pooling: 'mean',
      maxTokens: 2048,
      newForm: true,
      prompts: {
        query: 'task: search result | query: ',
        document: 'title: none | text: ',
        Classification: 'task: classification | query: ',
      },
      dense: [
        [768, 3072, IDENTITY],
        [3072, 768, IDENTITY],
      ],
    },
    { options: { prompt: 'Classification' }, prefix: 'task: classification | query: ' },
  ),
  {
    name: 'onnx-community/embeddinggemma-300m-ONNX',
    width: 768,
    files: { 'modules.json': undefined },
    graph: { textOutput: 'sentence_embedding' },
    options: { prefix: 'task: classification | query: ' },
    expected: {
      pooling: 'model',
      normalize: false,
      maxTokens: 32,
      prefix: 'task: classification | query: ',
    },
  },
  model(
    'NovaSearch/stella_en_400M_v5',
    1024,
    {
      pooling: 'mean',
      normalize: false,
      maxTokens: 512,
      prompts: { s2p_query: 'Instruct: x\nQuery: ', s2s_query: 'Instruct: y\nQuery: ' },
      dense: [[1024, 1024, IDENTITY]],
    },
    { options: { prompt: 's2s_query' }, prefix: 'Instruct: y\nQuery: ' },
  ),
  model('ibm-granite/granite-embedding-english-r2', 768, {
    pooling: 'cls',
    maxTokens: 8192,
    newForm: true,
  }),
];
