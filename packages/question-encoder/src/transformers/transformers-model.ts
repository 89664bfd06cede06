import { EmbedLLMError, type EncodeOptions, Matrix } from '@embedllm/core';
import { nextTurn } from '@embedllm/internals';
import { checkTexts } from '../text/check-texts.js';
import type { ModelDevice } from './devices.js';
import { forward, type Model } from './forward.js';
import { type LoadedModule, layerNorm } from './head.js';
import type { TransformersLibrary } from './load-library.js';
import { normalize, poolTokens, requireFinite, type TokenVectors } from './pooling.js';
import { type BatchLimits, batchByLength, type TokenBatch } from './token-batches.js';
import { type ReadableText, TextTokenizer, type Tokenizer } from './tokenize-texts.js';
import type { TruncationReport } from './transformers-encoder.js';
import type { TransformersSettings } from './transformers-settings.js';

/** What an encoder runs on. */
export interface TransformersRuntime {
  readonly library: TransformersLibrary;
  readonly tokenizer: Tokenizer;
  readonly model: Model;
  readonly device: ModelDevice | undefined;
  readonly limits: BatchLimits;
  readonly onTruncated?: ((report: TruncationReport) => void) | undefined;
}

/** Longest time that tokenising holds the event loop. */
const SLICE_MS = 20;

/** The encoder without its identity: texts in, vectors out. */
export class TransformersModel {
  readonly #runtime: TransformersRuntime;
  readonly #settings: TransformersSettings;
  readonly #head: readonly LoadedModule[];
  readonly #tokenizer: TextTokenizer;
  readonly #limits: BatchLimits;
  readonly #padding: number;
  /** Tokens in front of a text that are not pooled. */
  readonly #skipped: number;
  #disposed = false;

  constructor(
    runtime: TransformersRuntime,
    settings: TransformersSettings,
    head: readonly LoadedModule[],
  ) {
    this.#runtime = runtime;
    this.#settings = settings;
    this.#head = head;
    this.#tokenizer = new TextTokenizer(runtime.tokenizer, settings);
    this.#limits = {
      ...runtime.limits,
      ...(settings.batching === 'single' && { maxTexts: 1 }),
    };
    this.#padding = runtime.tokenizer.pad_token_id ?? 0;
    const skipsPrompt = settings.includePrompt === false && settings.prefix !== '';
    this.#skipped = skipsPrompt ? this.#tokenizer.promptTokens : 0;
  }

  async encode(texts: readonly string[], options: EncodeOptions = {}): Promise<Matrix> {
    checkTexts(texts);
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    const readable = await this.#read(texts, signal);
    let result: Matrix | undefined;
    let done = readable.filter(({ inputIds }) => inputIds.length === 0).length;
    for (const batch of batchByLength(readable, this.#limits, this.#padding)) {
      signal?.throwIfAborted();
      const vectors = await this.#run(batch);
      for (const [row, text] of batch.texts.entries()) {
        const vector = this.#finish(vectors, row, batch.lengths[row]!);
        result ??= new Matrix(texts.length, vector.length);
        result.row(text).set(vector);
      }
      done += batch.texts.length;
      onProgress?.({ phase: 'encode', done, total: texts.length, unit: 'texts' });
    }
    signal?.throwIfAborted();
    return result ?? new Matrix(texts.length, 0);
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#runtime.model.dispose();
  }

  async #read(
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly ReadableText[]> {
    const readable: ReadableText[] = [];
    let sliceStart = performance.now();
    for (const text of texts) {
      readable.push(this.#tokenizer.read(text));
      if (performance.now() - sliceStart < SLICE_MS) continue;
      await nextTurn(signal);
      sliceStart = performance.now();
    }
    this.#reportTruncation(readable);
    return readable;
  }

  #reportTruncation(texts: readonly ReadableText[]): void {
    const { maxTokens } = this.#tokenizer;
    const cut = texts.filter(({ tokens }) => tokens > maxTokens);
    if (cut.length === 0) return;
    const longest = cut.reduce((most, { tokens }) => Math.max(most, tokens), 0);
    this.#runtime.onTruncated?.({
      truncated: cut.length,
      total: texts.length,
      maxTokens,
      longest,
    });
  }

  async #run(batch: TokenBatch): Promise<TokenVectors> {
    if (this.#disposed) {
      throw new EmbedLLMError('The encoder has been disposed.', { code: 'invalid-argument' });
    }
    const { library, model } = this.#runtime;
    const { pooling, task } = this.#settings;
    return await forward(batch, { library, model, wholeTexts: pooling === 'model', task });
  }

  /** Pools the tokens of a text, and runs what comes behind the pooling. */
  #finish(vectors: TokenVectors, text: number, length: number): Float32Array {
    const { pooling, dimensions, normalize: toUnitLength } = this.#settings;
    let vector: Float32Array = new Float32Array(vectors.dimensions);
    if (pooling === 'model') {
      const at = text * vectors.dimensions;
      vector.set(vectors.data.subarray(at, at + vectors.dimensions));
      requireFinite(vector);
    } else {
      const start = Math.min(this.#skipped, length - 1);
      poolTokens(vectors, { text, start, end: length }, pooling, vector);
    }
    for (const module of this.#head) vector = module.apply(vector);
    if (this.#settings.layerNorm) vector = layerNorm(vector);
    if (dimensions !== undefined) vector = vector.slice(0, dimensions);
    if (toUnitLength) normalize(vector);
    return vector;
  }
}
