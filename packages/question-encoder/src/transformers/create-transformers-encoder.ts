import { EmbedLLMError, type EncodeOptions, Matrix } from '@embedllm/core';
import { fingerprintEncoder } from '../record/fingerprint.js';
import {
  checkOptions,
  type TransformersEncoderOptions,
  type TransformersRunOptions,
} from './encoder-options.js';
import { type LoadedModule, loadHead } from './head.js';
import { openHub } from './hub-source.js';
import { loadLibrary, type TransformersLibrary } from './load-library.js';
import { loadModel } from './load-model.js';
import type { ModelDtype, ModelSource } from './model-source.js';
import { readModelConfig, resolveSettings } from './resolve-settings.js';
import type { TransformersEncoder } from './transformers-encoder.js';
import { TransformersModel, type TransformersRuntime } from './transformers-model.js';
import { serializeTransformers, type TransformersSettings } from './transformers-settings.js';

const DEFAULT_MODEL = 'sentence-transformers/all-mpnet-base-v2';

/**
 * Loads a sentence-embedding model through transformers.js (`@huggingface/transformers`, an
 * optional peer dependency) as a question encoder.
 *
 * Pooling, scaling, prompts and the modules behind the pooling are read from the model's own
 * files, in the form of any version of sentence-transformers; a step that is not supported is an
 * error.
 *
 * @throws EmbedLLMError `missing-dependency` where transformers.js is not installed, `io` when the
 * model cannot be loaded, `invalid-argument` on an option out of range or when neither options nor
 * model say how to pool; DataError `invalid-data` on a malformed file of the model; the signal's
 * reason after an abort.
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
  const model = options.model ?? (folder === undefined ? DEFAULT_MODEL : lastPart(folder));
  const complete = { ...options, model, dtype, revision };
  const source = await openSource(library, complete);
  const config = await readModelConfig(options, model, source);
  return await withRuntime(library, source, complete, async (runtime) => {
    const resolved = resolveSettings(complete, config, { source, runtime });
    const head = await loadHead(resolved.head, source);
    const settings: TransformersSettings = {
      ...resolved.settings,
      ...(head.length > 0 && { head: head.map(({ module }) => module) }),
    };
    return await assemble(runtime, { settings, head, tokenDimensions: resolved.tokenDimensions });
  });
}

/**
 * Loads the model of stored settings.
 *
 * @throws EmbedLLMError `encoder-mismatch` when the settings are of a folder with other files.
 */
export async function loadStoredEncoder(
  settings: TransformersSettings,
  options: TransformersRunOptions & { folder?: string | undefined },
): Promise<TransformersEncoder> {
  const library = await loadLibrary();
  const { model, dtype, revision } = settings;
  const complete = { ...options, model, dtype, revision };
  const source = await openSource(library, complete);
  if (settings.source === 'folder' && source.contentHash !== settings.contentHash) {
    throw new EmbedLLMError(
      `The model in ${options.folder} is not the one the artifact was trained with: its files differ.`,
      { code: 'encoder-mismatch' },
    );
  }
  return await withRuntime(library, source, complete, async (runtime) => {
    const head = await loadHead(settings.head ?? [], source);
    return await assemble(runtime, { settings, head, tokenDimensions: undefined });
  });
}

interface SourceOptions {
  readonly model: string;
  readonly dtype: ModelDtype;
  readonly revision: string;
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

async function openSource(
  library: TransformersLibrary,
  { model, dtype, revision, folder, signal }: SourceOptions,
): Promise<ModelSource> {
  if (folder === undefined) return openHub(library, model, revision, signal);
  return await (await import('./folder-source.js')).openFolder(folder, dtype, signal);
}

/** Loads the model, and frees it where what follows fails. */
async function withRuntime<T>(
  library: TransformersLibrary,
  source: ModelSource,
  options: TransformersRunOptions & { dtype: ModelDtype; revision: string },
  work: (runtime: TransformersRuntime) => Promise<T>,
): Promise<T> {
  const runtime = await loadModel(library, source, options);
  try {
    const result = await work(runtime);
    options.signal?.throwIfAborted();
    return result;
  } catch (error) {
    await runtime.model.dispose();
    throw error;
  }
}

interface Parts {
  readonly settings: TransformersSettings;
  readonly head: readonly LoadedModule[];
  readonly tokenDimensions: number | undefined;
}

/** Runs the model once, which finds the length of its vectors and that it works at all. */
async function assemble(
  runtime: TransformersRuntime,
  { settings, head, tokenDimensions }: Parts,
): Promise<TransformersEncoder> {
  const model = new TransformersModel(runtime, settings, head);
  const id = `transformers:${settings.model}`;
  const { cols: dimensions } = await model.encode(['a']);
  const wrong = (expected: string): EmbedLLMError =>
    new EmbedLLMError(`The model produces vectors of ${dimensions} dimensions, but ${expected}.`, {
      code: 'shape-mismatch',
    });
  const { dimensions: cut } = settings;
  if (cut !== undefined && dimensions < cut) throw wrong(`\`dimensions\` asks for ${cut}`);
  const isPlain = cut === undefined && head.length === 0;
  if (dimensions === 0 || (isPlain && (tokenDimensions ?? dimensions) !== dimensions)) {
    throw wrong(`its pooling settings name ${tokenDimensions}`);
  }
  return {
    id,
    dimensions,
    fingerprint: await fingerprintEncoder(id, serializeTransformers(settings)),
    settings,
    device: runtime.device,
    encode: async (texts: readonly string[], encodeOptions?: EncodeOptions) => {
      const vectors = await model.encode(texts, encodeOptions);
      // Where no text has a token, the model did not run and its width did not show.
      return vectors.cols === 0 ? new Matrix(texts.length, dimensions) : vectors;
    },
    serialize: () => serializeTransformers(settings),
    dispose: () => model.dispose(),
  };
}

function lastPart(folder: string): string {
  return folder.split(/[\\/]/).filter(Boolean).at(-1) ?? folder;
}
