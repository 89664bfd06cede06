import { EmbedLLMError, type EncodeOptions, Matrix } from '@embedllm/core';
import { fingerprintEncoder } from '../record/fingerprint.js';
import { checkOptions, type TransformersEncoderOptions } from './encoder-options.js';
import { openHub } from './hub-source.js';
import { loadLibrary } from './load-library.js';
import { loadModel } from './load-model.js';
import type { ModelSource } from './model-source.js';
import type { Pooling } from './pooling.js';
import {
  publishedSentenceConfig,
  readSentenceConfig,
  type SentenceConfig,
} from './sentence-config.js';
import {
  type TransformersEncoder,
  TransformersModel,
  type TransformersRuntime,
} from './transformers-encoder.js';
import { serializeTransformers, type TransformersSettings } from './transformers-settings.js';

const DEFAULT_MODEL = 'sentence-transformers/all-mpnet-base-v2';

/**
 * Loads a sentence-embedding model through transformers.js (`@huggingface/transformers`, an
 * optional peer dependency) as a question encoder.
 *
 * @throws EmbedLLMError `missing-dependency` where transformers.js is not installed, `io` when the
 * model cannot be loaded, `invalid-argument` on an option out of range or when neither options nor
 * model say how to pool; the signal's reason after an abort.
 *
 * @example
 * <!-- no-run: reads a model that was downloaded -->
 * ```ts
 * const encoder = await createTransformersEncoder({ folder: './models/all-mpnet-base-v2' });
 * const vectors = await encoder.encode(['What is 2 + 2?']); // [1, 768]
 * await encoder.dispose();
 * ```
 */
export async function createTransformersEncoder(
  options: TransformersEncoderOptions = {},
): Promise<TransformersEncoder> {
  const { signal, folder, dtype = 'fp32', revision = 'main' } = options;
  signal?.throwIfAborted();
  checkOptions(options);
  const library = await loadLibrary();
  const name = options.model ?? (folder === undefined ? DEFAULT_MODEL : lastPart(folder));
  const source =
    folder === undefined
      ? openHub(library, name, revision, signal)
      : await (await import('./folder-source.js')).openFolder(folder, dtype, signal);
  const config = await sentenceConfig(options, name, source);
  const runtime = await loadModel(library, source, { ...options, dtype, revision });
  try {
    const settings: TransformersSettings = {
      formatVersion: 1,
      model: name,
      source: source.localOnly ? 'folder' : 'hub',
      revision: source.localOnly ? '' : revision,
      dtype,
      pooling: config.pooling,
      normalize: config.normalize,
      maxTokens: options.maxTokens ?? smallestLimit(config, runtime),
      prefix: options.prefix ?? '',
      contentHash: source.contentHash ?? null,
    };
    signal?.throwIfAborted();
    return await assemble(new TransformersModel(runtime, settings), settings, config.dimensions);
  } catch (error) {
    await runtime.model.dispose();
    throw error;
  }
}

/** Runs the model once, which finds the length of its vectors and that it works at all. */
async function assemble(
  model: TransformersModel,
  settings: TransformersSettings,
  expectedDimensions: number | undefined,
): Promise<TransformersEncoder> {
  const id = `transformers:${settings.model}`;
  const { cols: dimensions } = await model.encode(['a']);
  if (dimensions === 0 || (expectedDimensions ?? dimensions) !== dimensions) {
    throw new EmbedLLMError(
      `The model gives vectors of ${dimensions} dimensions, but its pooling settings name ${expectedDimensions}.`,
      { code: 'shape-mismatch' },
    );
  }
  return {
    id,
    dimensions,
    fingerprint: await fingerprintEncoder(id, serializeTransformers(settings)),
    settings,
    encode: async (texts: readonly string[], encodeOptions?: EncodeOptions) => {
      const vectors = await model.encode(texts, encodeOptions);
      // Where no text has a token, the model did not run and its width did not show.
      return vectors.cols === 0 ? new Matrix(texts.length, dimensions) : vectors;
    },
    serialize: () => serializeTransformers(settings),
    dispose: () => model.dispose(),
  };
}

async function sentenceConfig(
  options: TransformersEncoderOptions,
  name: string,
  source: ModelSource,
): Promise<SentenceConfig & { pooling: Pooling; normalize: boolean }> {
  const { pooling, normalize, maxTokens } = options;
  const isComplete = pooling !== undefined && normalize !== undefined && maxTokens !== undefined;
  const own: SentenceConfig = isComplete
    ? {}
    : ((source.localOnly ? undefined : publishedSentenceConfig(name)) ??
      (await readSentenceConfig(source.readJson)));
  const chosen = {
    ...own,
    pooling: pooling ?? own.pooling,
    normalize: normalize ?? own.normalize,
  };
  if (chosen.pooling === undefined || chosen.normalize === undefined) {
    throw new EmbedLLMError(
      `The model ${name} does not say how its token vectors become text vectors (it has no modules.json with a Pooling module). Give \`pooling\` and \`normalize\`; most sentence-embedding models use pooling 'mean' and normalize true.`,
      { code: 'invalid-argument' },
    );
  }
  return { ...chosen, pooling: chosen.pooling, normalize: chosen.normalize };
}

/** The smallest of the limits that the model's files name; null where none does. */
function smallestLimit(
  config: SentenceConfig,
  { tokenizer, model }: TransformersRuntime,
): number | null {
  const positions: unknown =
    'max_position_embeddings' in model.config ? model.config.max_position_embeddings : undefined;
  // RoBERTa-like models count positions from the padding index + 1, so two fewer are usable;
  // their tokenizers name the right limit.
  const limits = [config.maxTokens, tokenizer.model_max_length, positions].filter(
    (limit): limit is number =>
      typeof limit === 'number' && Number.isSafeInteger(limit) && limit > 0,
  );
  return limits.length > 0 ? Math.min(...limits) : null;
}

function lastPart(folder: string): string {
  return folder.split(/[\\/]/).filter(Boolean).at(-1) ?? folder;
}
