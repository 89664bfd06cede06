import { DataError, EmbedLLMError } from '@embedllm/core';
import type { Pooling } from './pooling.js';

/** How a model's token vectors become text vectors. */
export interface SentenceConfig {
  readonly pooling?: Pooling | undefined;
  readonly normalize?: boolean | undefined;
  /** Longest input in tokens, where the model sets one below its tokenizer's. */
  readonly maxTokens?: number | undefined;
  /** Length of the vectors. */
  readonly dimensions?: number | undefined;
}

/** Reads a JSON file of a model; `undefined` where the model has no such file. */
export type ReadModelJson = (path: string) => Promise<unknown>;

/**
 * Published settings of widely used models whose ONNX conversions come without them: see
 * `1_Pooling/config.json`, `modules.json` and `sentence_bert_config.json` of
 * sentence-transformers/all-mpnet-base-v2, all-MiniLM-L6-v2 and all-MiniLM-L12-v2.
 */
const PUBLISHED: Readonly<Record<string, SentenceConfig>> = {
  'all-mpnet-base-v2': { pooling: 'mean', normalize: true, maxTokens: 384, dimensions: 768 },
  'all-MiniLM-L6-v2': { pooling: 'mean', normalize: true, maxTokens: 256, dimensions: 384 },
  'all-MiniLM-L12-v2': { pooling: 'mean', normalize: true, maxTokens: 128, dimensions: 384 },
};
const PUBLISHERS = /^(?:sentence-transformers|Xenova|onnx-community)\/(.+?)(?:-ONNX)?$/;

/** The published settings of a hub model, where they are known here. */
export function publishedSentenceConfig(model: string): SentenceConfig | undefined {
  const name = PUBLISHERS.exec(model)?.[1];
  return name !== undefined && Object.hasOwn(PUBLISHED, name) ? PUBLISHED[name] : undefined;
}

/** Names that sentence-transformers gives its pooling modes, and what they are called here. */
const POOLING_MODES: Readonly<Record<string, Pooling | undefined>> = {
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_max_tokens: 'max',
  pooling_mode_cls_token: 'cls',
  pooling_mode_lasttoken: 'last',
};

/**
 * Reads how sentence-transformers would turn the model's tokens into vectors: `modules.json`, the
 * pooling module's `config.json` and `sentence_bert_config.json`.
 *
 * @returns empty where the model has no `modules.json`.
 * @throws DataError `invalid-data` on malformed files; EmbedLLMError `invalid-argument` when the
 * model has a step that is not supported here.
 */
export async function readSentenceConfig(read: ReadModelJson): Promise<SentenceConfig> {
  const modules = await read('modules.json');
  if (modules === undefined) return {};
  if (!Array.isArray(modules)) {
    throw new DataError('Must be an array of modules.', { file: 'modules.json' });
  }
  let pooling: Pooling | undefined;
  let dimensions: number | undefined;
  let normalize = false;
  for (const [index, module] of modules.entries()) {
    const type = stringField(module, 'type', index).split('.').at(-1) ?? '';
    if (type === 'Normalize') normalize = true;
    if (type === 'Pooling') {
      const path = stringField(module, 'path', index);
      if (!/^\w[\w.-]*$/.test(path)) {
        throw new DataError('Must be the plain name of a folder.', {
          file: 'modules.json',
          row: index + 1,
          field: 'path',
        });
      }
      const file = `${path}/config.json`;
      const config = await read(file);
      pooling = readPooling(config, file);
      dimensions = numberField(config, 'word_embedding_dimension', file);
    }
    if (!['Transformer', 'Pooling', 'Normalize'].includes(type)) {
      throw new EmbedLLMError(
        `The model has a module of type ${JSON.stringify(type.slice(0, 60))}, which this encoder does not compute: its vectors would be others than the model's own. Use a model of Transformer, Pooling and Normalize modules.`,
        { code: 'invalid-argument' },
      );
    }
  }
  const bert = 'sentence_bert_config.json';
  const maxTokens = numberField(await read(bert), 'max_seq_length', bert);
  return { pooling, normalize, maxTokens, dimensions };
}

function readPooling(config: unknown, file: string): Pooling {
  if (!isRecord(config)) throw new DataError('Must be an object.', { file });
  const active = Object.keys(config).filter(
    (key) => key.startsWith('pooling_mode_') && config[key] === true,
  );
  const pooling = active.length === 1 ? POOLING_MODES[active[0] as string] : undefined;
  if (!pooling) {
    throw new EmbedLLMError(
      `${file} asks for the pooling ${active.join(' + ').slice(0, 200) || 'of no known mode'}; supported is one of ${Object.keys(POOLING_MODES).join(', ')}. Give \`pooling\` to use another than the model was trained with.`,
      { code: 'invalid-argument' },
    );
  }
  return pooling;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringField(module: unknown, field: string, index: number): string {
  const value = isRecord(module) && Object.hasOwn(module, field) ? module[field] : undefined;
  if (typeof value === 'string') return value;
  throw new DataError('Must be a string.', { file: 'modules.json', row: index + 1, field });
}

function numberField(config: unknown, field: string, file: string): number | undefined {
  const value = isRecord(config) && Object.hasOwn(config, field) ? config[field] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new DataError('Must be a positive integer.', { file, field });
}
