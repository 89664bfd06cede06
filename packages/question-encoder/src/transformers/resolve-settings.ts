import { EmbedLLMError } from '@embedllm/core';
import type { TransformersEncoderOptions } from './encoder-options.js';
import { outputKinds } from './forward.js';
import type { HeadModuleConfig } from './head-config.js';
import { chooseMaxTokens } from './max-tokens.js';
import type { ModelDtype, ModelSource } from './model-source.js';
import type { Pooling } from './pooling.js';
import { publishedSentenceConfig } from './published-configs.js';
import { readSentenceConfig, type SentenceConfig } from './sentence-config.js';
import type { TransformersRuntime } from './transformers-model.js';
import type { TransformersSettings } from './transformers-settings.js';

/** How an encoder turns texts into vectors, before the weights behind the pooling are loaded. */
export interface ResolvedSettings {
  readonly settings: TransformersSettings;
  readonly head: readonly HeadModuleConfig[];
  /** Length of the vectors that are pooled, where the model says. */
  readonly tokenDimensions: number | undefined;
}

/** Weights whose products are rounded by the largest value of the whole batch. */
const ROUNDED_BY_BATCH: readonly ModelDtype[] = ['q8', 'int8', 'uint8'];

/** Reads what the model's files say about its vectors, unless the caller does without. */
export async function readModelConfig(
  { pooling, ignoreModules }: TransformersEncoderOptions,
  name: string,
  source: ModelSource,
): Promise<SentenceConfig> {
  if (ignoreModules) return {};
  const published = source.localOnly ? undefined : publishedSentenceConfig(name);
  return published ?? (await readSentenceConfig(source.readJson, pooling));
}

/**
 * Settles all that decides the vectors: options first, then the model's own settings, then what its
 * graph offers.
 *
 * @throws EmbedLLMError `invalid-argument` when neither options nor model say how to pool, or an
 * option does not fit the model.
 */
export function resolveSettings(
  options: TransformersEncoderOptions & { model: string; dtype: ModelDtype; revision: string },
  config: SentenceConfig,
  { source, runtime }: { source: ModelSource; runtime: TransformersRuntime },
): ResolvedSettings {
  const { model, dtype, revision } = options;
  const pooling = choosePooling(options, config, runtime);
  const normalize =
    options.normalize ?? config.normalize ?? (pooling === 'model' ? false : undefined);
  if (normalize === undefined) throw unclear(model);
  const prefix = choosePrefix(options, config);
  const dimensions = options.dimensions ?? config.dimensions;
  const task = chooseTask(options.task, runtime);
  const settings: TransformersSettings = {
    formatVersion: 1,
    model,
    source: source.localOnly ? 'folder' : 'hub',
    revision: source.localOnly ? '' : revision,
    dtype,
    pooling,
    normalize,
    maxTokens: chooseMaxTokens(options.maxTokens, config.maxTokens, runtime),
    prefix,
    contentHash: source.contentHash ?? null,
    ...(ROUNDED_BY_BATCH.includes(dtype) && { batching: 'single' }),
    ...(dimensions !== undefined && { dimensions }),
    ...(options.layerNorm && { layerNorm: true }),
    ...(config.lowerCase && { lowerCase: true }),
    ...(config.includePrompt === false && prefix !== '' && { includePrompt: false }),
    ...(task !== undefined && { task }),
  };
  // The text vectors of a graph come from behind all of the model's modules.
  const head = pooling === 'model' ? [] : (config.head ?? []);
  return {
    settings,
    head,
    tokenDimensions: pooling === 'model' ? undefined : config.tokenDimensions,
  };
}

function choosePooling(
  options: TransformersEncoderOptions & { model: string },
  config: SentenceConfig,
  { model }: TransformersRuntime,
): Pooling {
  if (options.pooling !== undefined) return options.pooling;
  const { tokens, texts } = outputKinds(model);
  if (texts && (config.pooling === undefined || !tokens)) return 'model';
  if (config.pooling === undefined) throw unclear(options.model);
  return config.pooling;
}

function unclear(model: string): EmbedLLMError {
  return new EmbedLLMError(
    `The model ${model} does not specify how to pool token vectors: it has no modules.json with a Pooling module. Set \`pooling\` and \`normalize\` as its model card says: bge, arctic, mxbai and gte v1.5 take the first token ('cls'), e5, gte and MiniLM the mean ('mean'), decoders such as Qwen3 the last token ('last').`,
    { code: 'invalid-argument' },
  );
}

function choosePrefix(
  { prefix, prompt, model }: TransformersEncoderOptions,
  { prompts = new Map(), defaultPrompt }: SentenceConfig,
): string {
  if (prefix !== undefined) return prefix;
  const name = prompt ?? defaultPrompt;
  if (name === undefined) return '';
  const text = prompts.get(name);
  if (text !== undefined) return text;
  const known = [...prompts.keys()].map((key) => JSON.stringify(key)).join(', ');
  throw new EmbedLLMError(
    `The model ${model} has no prompt ${JSON.stringify(name)}. ${known ? `It has ${known}.` : 'It has no named prompts: pass the text as `prefix`.'}`,
    { code: 'invalid-argument' },
  );
}

/** The number of a named adapter, as jina-embeddings-v3 lists them in its `config.json`. */
function chooseTask(task: string | undefined, { model }: TransformersRuntime): number | undefined {
  if (task === undefined) return undefined;
  const { config } = model;
  const adapters: unknown = 'lora_adaptations' in config ? config.lora_adaptations : undefined;
  const names = Array.isArray(adapters) ? adapters : [];
  const index = names.indexOf(task);
  if (index >= 0) return index;
  throw new EmbedLLMError(
    `The model has no adapter for the task ${JSON.stringify(task)}. ${names.length > 0 ? `It has ${names.join(', ')}.` : 'It has no adapters (`lora_adaptations` in its config.json).'}`,
    { code: 'invalid-argument' },
  );
}
