import type { SentenceConfig } from './sentence-config.js';

const mean = (tokenDimensions: number, maxTokens: number): SentenceConfig => ({
  pooling: 'mean',
  normalize: true,
  maxTokens,
  tokenDimensions,
});
const cls = (tokenDimensions: number, maxTokens: number): SentenceConfig => ({
  ...mean(tokenDimensions, maxTokens),
  pooling: 'cls',
});
const withPrompts = (config: SentenceConfig, query: string, document: string): SentenceConfig => ({
  ...config,
  prompts: new Map([
    ['query', query],
    ['document', document],
  ]),
});
const e5 = (dimensions: number): SentenceConfig =>
  withPrompts(mean(dimensions, 512), 'query: ', 'passage: ');
const search = (config: SentenceConfig): SentenceConfig =>
  withPrompts(config, 'Represent this sentence for searching relevant passages: ', '');

/**
 * Published settings of widely used models whose ONNX conversions come without them: what
 * `modules.json`, `1_Pooling/config.json` and `sentence_bert_config.json` of the models that were
 * converted say, and the prompts of their model cards.
 */
const PUBLISHED: Readonly<Record<string, SentenceConfig>> = {
  'all-mpnet-base-v2': mean(768, 384),
  'all-MiniLM-L6-v2': mean(384, 256),
  'all-MiniLM-L12-v2': mean(384, 128),
  'multi-qa-MiniLM-L6-cos-v1': mean(384, 512),
  'paraphrase-MiniLM-L6-v2': { ...mean(384, 128), normalize: false },
  'paraphrase-multilingual-MiniLM-L12-v2': { ...mean(384, 128), normalize: false },
  'bge-small-en-v1.5': search(cls(384, 512)),
  'bge-base-en-v1.5': search(cls(768, 512)),
  'bge-large-en-v1.5': search(cls(1024, 512)),
  'e5-small-v2': e5(384),
  'e5-base-v2': e5(768),
  'e5-large-v2': e5(1024),
  'multilingual-e5-small': e5(384),
  'multilingual-e5-base': e5(768),
  'multilingual-e5-large': e5(1024),
  'gte-small': mean(384, 512),
  'gte-base': mean(768, 512),
  'gte-large': mean(1024, 512),
};
const PUBLISHERS = /^(?:sentence-transformers|Xenova|onnx-community)\/(.+?)(?:-ONNX)?$/;

/** The published settings of a hub model, where they are known here. */
export function publishedSentenceConfig(model: string): SentenceConfig | undefined {
  const name = PUBLISHERS.exec(model)?.[1];
  return name !== undefined && Object.hasOwn(PUBLISHED, name) ? PUBLISHED[name] : undefined;
}
