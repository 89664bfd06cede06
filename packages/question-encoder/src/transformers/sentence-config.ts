import { DataError, EmbedLLMError } from '@embedllm/core';
import type { HeadModuleConfig } from './head-config.js';
import { readDenseConfig } from './head-config.js';
import type { Pooling } from './pooling.js';
import { ModelFields, type ReadModelJson } from './read-fields.js';

/** How a model turns texts into tokens, and the tokens' vectors into text vectors. */
export interface SentenceConfig {
  readonly pooling?: Exclude<Pooling, 'model'> | undefined;
  /** Whether the last step scales the vectors to unit length. */
  readonly normalize?: boolean | undefined;
  /** Longest input in tokens, where the model sets one below its tokenizer's. */
  readonly maxTokens?: number | undefined;
  /** Length of the vectors that are pooled. */
  readonly tokenDimensions?: number | undefined;
  /** Leading components to which the model cuts its vectors. */
  readonly dimensions?: number | undefined;
  /** Whether texts become lower-case before they are tokenised. */
  readonly lowerCase?: boolean | undefined;
  /** Whether the tokens of the prompt are pooled as well. @default true */
  readonly includePrompt?: boolean | undefined;
  /** What comes between pooling and the last scaling, in order. */
  readonly head?: readonly HeadModuleConfig[] | undefined;
  /** What the model was trained to have before its texts, by name. */
  readonly prompts?: ReadonlyMap<string, string> | undefined;
  /** The prompt that is used where none is named. */
  readonly defaultPrompt?: string | undefined;
}

/**
 * Names that sentence-transformers gives its pooling modes, up to version 5.3 and since, and what
 * they are called here.
 */
const POOLING_MODES: readonly (readonly [string, string, Exclude<Pooling, 'model'>])[] = [
  ['pooling_mode_cls_token', 'cls', 'cls'],
  ['pooling_mode_max_tokens', 'max', 'max'],
  ['pooling_mode_mean_tokens', 'mean', 'mean'],
  ['pooling_mode_mean_sqrt_len_tokens', 'mean_sqrt_len_tokens', 'mean-sqrt-length'],
  ['pooling_mode_weightedmean_tokens', 'weightedmean', 'weighted-mean'],
  ['pooling_mode_lasttoken', 'lasttoken', 'last'],
];

/** Names of the file that sentence-transformers looks for, in its order. */
const TRANSFORMER_FILES = [
  'bert',
  'roberta',
  'distilbert',
  'camembert',
  'albert',
  'xlm-roberta',
  'xlnet',
].map((name) => `sentence_${name}_config.json`);

/**
 * Reads how sentence-transformers would turn texts into vectors: `modules.json`, the `config.json`
 * of each module, `sentence_bert_config.json` or one of its six older names, and
 * `config_sentence_transformers.json`.
 *
 * @param given - A pooling that the caller chose; that of the model is then not looked at.
 * @returns empty where the model has no `modules.json`.
 * @throws DataError `invalid-data` on malformed files; EmbedLLMError `invalid-argument` when the
 * model has a step that is not supported here.
 */
export async function readSentenceConfig(
  read: ReadModelJson,
  given?: Pooling,
): Promise<SentenceConfig> {
  const modules = await read('modules.json');
  if (modules === undefined) return {};
  if (!Array.isArray(modules)) {
    throw new DataError('Must be an array of modules.', { file: 'modules.json' });
  }
  let config: SentenceConfig = {};
  const head: HeadModuleConfig[] = [];
  let pooled = false;
  for (const [index, value] of modules.entries()) {
    const module = new ModelFields(value, 'modules.json', index + 1);
    const type = module.required('type', module.text('type')).split('.').at(-1) ?? '';
    if (type === 'Transformer' && index === 0) {
      config = { ...config, ...(await readTransformer(read)) };
    } else if (type === 'Pooling' && !pooled) {
      pooled = true;
      config = { ...config, ...(await readPooling(read, module.folder('path'), given)) };
    } else if (type === 'Normalize' && pooled) {
      head.push({ type: 'normalize' });
    } else if (type === 'Dense' && pooled) {
      head.push(await readDenseConfig(read, module.folder('path')));
    } else if (type === 'LayerNorm' && pooled) {
      head.push({ type: 'layer-norm', path: module.folder('path') });
    } else if (type !== 'Dropout') {
      throw unsupported(type, index);
    }
  }
  // The last scaling is a setting of its own, which the caller may change.
  const normalize = head.at(-1)?.type === 'normalize';
  if (normalize) head.pop();
  const prompts = await readPrompts(read);
  return { ...config, ...prompts, normalize, ...(head.length > 0 && { head }) };
}

function unsupported(type: string, index: number): EmbedLLMError {
  const hint =
    type === 'StaticEmbedding'
      ? 'Load it with `createStaticEncoder`.'
      : 'Use a model made of a Transformer, a Pooling and Dense, LayerNorm and Normalize modules.';
  return new EmbedLLMError(
    `The model's module ${index + 1} is of type ${JSON.stringify(type.slice(0, 60))}, which this encoder does not support in that position. Without it, the vectors would differ from the model's. ${hint}`,
    { code: 'invalid-argument' },
  );
}

async function readTransformer(read: ReadModelJson): Promise<SentenceConfig> {
  for (const file of TRANSFORMER_FILES) {
    const content = await read(file);
    if (content === undefined) continue;
    const fields = new ModelFields(content, file);
    return {
      maxTokens: fields.count('max_seq_length'),
      ...(fields.flag('do_lower_case') && { lowerCase: true }),
    };
  }
  return {};
}

async function readPooling(
  read: ReadModelJson,
  path: string,
  given: Pooling | undefined,
): Promise<SentenceConfig> {
  const file = `${path}/config.json`;
  const fields = new ModelFields(await read(file), file);
  const tokenDimensions =
    fields.count('embedding_dimension') ?? fields.count('word_embedding_dimension');
  const common = {
    tokenDimensions,
    ...(fields.flag('include_prompt') === false && { includePrompt: false }),
  };
  if (given !== undefined) return common;
  const named = fields.get('pooling_mode');
  const modes: unknown[] =
    named === undefined
      ? POOLING_MODES.map(([name]) => name).filter((name) => fields.get(name) === true)
      : [named].flat();
  const unknown = fields
    .names()
    .filter((name) => name.startsWith('pooling_mode_') && fields.get(name) === true)
    .filter((name) => !POOLING_MODES.some(([old]) => old === name));
  const asked = named === undefined ? [...modes, ...unknown] : modes;
  // sentence-transformers takes the mean where no mode is chosen.
  const [mode = 'mean', ...others] = asked;
  const pooling = POOLING_MODES.find(([old, name]) => mode === old || mode === name)?.[2];
  if (!pooling || others.length > 0) {
    const described = asked.map(String).join(' + ').slice(0, 200);
    throw new EmbedLLMError(
      `${file} asks for the pooling ${described}. Supported: one of ${POOLING_MODES.map(([, name]) => name).join(', ')}. Set \`pooling\` to use a different one from the model's own.`,
      { code: 'invalid-argument' },
    );
  }
  return { ...common, pooling };
}

async function readPrompts(read: ReadModelJson): Promise<SentenceConfig> {
  const file = 'config_sentence_transformers.json';
  const content = await read(file);
  if (content === undefined) return {};
  const fields = new ModelFields(content, file);
  const prompts = fields.texts('prompts');
  const defaultPrompt = fields.text('default_prompt_name');
  const dimensions = fields.count('truncate_dim');
  if (defaultPrompt !== undefined && !prompts.has(defaultPrompt)) {
    throw new DataError(`Names ${JSON.stringify(defaultPrompt)}, which is not among the prompts.`, {
      file,
      field: 'default_prompt_name',
    });
  }
  return {
    ...(prompts.size > 0 && { prompts }),
    ...(defaultPrompt !== undefined && { defaultPrompt }),
    ...(dimensions !== undefined && { dimensions }),
  };
}
