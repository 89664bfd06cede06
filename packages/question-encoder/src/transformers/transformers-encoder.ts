import {
  EmbedLLMError,
  type EncodeOptions,
  Matrix,
  type SerializableEncoder,
} from '@embedllm/core';
import { checkTexts } from '../text/check-texts.js';
import type { TransformersLibrary } from './load-library.js';
import { normalizeRows, poolTokens, type TokenVectors } from './pooling.js';
import {
  batchByLength,
  countClosingTokens,
  type TokenBatch,
  type TokenizedText,
  truncateTokens,
} from './token-batches.js';
import type { TransformersSettings } from './transformers-settings.js';

/** Texts that were cut because they are longer than the model reads. */
export interface TruncationReport {
  /** Number of texts that were cut. */
  readonly truncated: number;
  /** Number of texts of the call. */
  readonly total: number;
  /** Tokens that were kept of each. */
  readonly maxTokens: number;
  /** Tokens of the longest text. */
  readonly longest: number;
}

/** Runs a sentence-embedding model through transformers.js. */
export interface TransformersEncoder extends SerializableEncoder {
  /** Covers the settings, and the files of a folder; not those behind a hub name. */
  readonly fingerprint: string;
  readonly settings: TransformersSettings;
  /**
   * Encodes texts in batches of similar length; checks for an abort between batches.
   *
   * @returns shape [texts.length, dimensions]; unit rows when `settings.normalize`. A text without
   * any token gives a row of zeros.
   * @throws EmbedLLMError `invalid-argument` when a text is not a string or after `dispose`,
   * `not-finite` when the model gives NaN; the signal's reason after an abort.
   */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Matrix>;
  /** Frees the model's memory; encoding is an error from then on. */
  dispose(): Promise<void>;
}

type Tokenizer = Awaited<ReturnType<TransformersLibrary['AutoTokenizer']['from_pretrained']>>;
type Model = Awaited<ReturnType<TransformersLibrary['AutoModel']['from_pretrained']>>;

/** What an encoder runs on. */
export interface TransformersRuntime {
  readonly library: TransformersLibrary;
  readonly tokenizer: Tokenizer;
  readonly model: Model;
  readonly batchSize: number;
  readonly onTruncated?: ((report: TruncationReport) => void) | undefined;
}

/** Texts tokenised between two looks at the signal. */
const TOKENIZE_CHUNK = 64;

/** The encoder without its identity: texts in, vectors out. */
export class TransformersModel {
  readonly #runtime: TransformersRuntime;
  readonly #settings: Pick<TransformersSettings, 'pooling' | 'normalize' | 'prefix'>;
  readonly #maxTokens: number;
  readonly #closing: number;
  readonly #padding: number;
  #disposed = false;

  constructor(runtime: TransformersRuntime, settings: TransformersSettings) {
    this.#runtime = runtime;
    this.#settings = settings;
    this.#maxTokens = settings.maxTokens ?? Number.POSITIVE_INFINITY;
    this.#padding = runtime.tokenizer.pad_token_id ?? 0;
    const [empty, full] = this.#tokenize(['', 'a b']) as [TokenizedText, TokenizedText];
    this.#closing = countClosingTokens(empty.inputIds, full.inputIds);
  }

  async encode(texts: readonly string[], options: EncodeOptions = {}): Promise<Matrix> {
    checkTexts(texts);
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    const tokenized: TokenizedText[] = [];
    for (let start = 0; start < texts.length; start += TOKENIZE_CHUNK) {
      tokenized.push(...this.#tokenize(texts.slice(start, start + TOKENIZE_CHUNK)));
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
    }
    const readable = tokenized.map((text) => truncateTokens(text, this.#maxTokens, this.#closing));
    this.#reportTruncation(tokenized);

    let result: Matrix | undefined;
    let done = readable.filter(({ inputIds }) => inputIds.length === 0).length;
    for (const batch of batchByLength(readable, this.#runtime.batchSize, this.#padding)) {
      signal?.throwIfAborted();
      const vectors = await this.#run(batch);
      result ??= new Matrix(texts.length, vectors.dimensions);
      for (const [row, text] of batch.texts.entries()) {
        const length = batch.lengths[row]!;
        poolTokens(vectors, row, length, this.#settings.pooling, result.row(text));
      }
      done += batch.texts.length;
      onProgress?.({ phase: 'encode', done, total: texts.length, unit: 'texts' });
    }
    signal?.throwIfAborted();
    result ??= new Matrix(texts.length, 0);
    if (this.#settings.normalize) normalizeRows(result);
    return result;
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#runtime.model.dispose();
  }

  #tokenize(texts: readonly string[]): TokenizedText[] {
    const { prefix } = this.#settings;
    const encoding = this.#runtime.tokenizer(
      texts.map((text) => prefix + text),
      { padding: false, truncation: false, return_tensor: false },
    );
    const { input_ids: inputIds, token_type_ids: tokenTypeIds } = encoding;
    return inputIds.map((ids, index) => ({ inputIds: ids, tokenTypeIds: tokenTypeIds?.[index] }));
  }

  #reportTruncation(texts: readonly TokenizedText[]): void {
    const { onTruncated } = this.#runtime;
    const maxTokens = this.#maxTokens;
    let truncated = 0;
    let longest = 0;
    for (const { inputIds } of texts) {
      if (inputIds.length > maxTokens) truncated++;
      longest = Math.max(longest, inputIds.length);
    }
    if (truncated > 0) onTruncated?.({ truncated, total: texts.length, maxTokens, longest });
  }

  async #run(batch: TokenBatch): Promise<TokenVectors> {
    if (this.#disposed) {
      throw new EmbedLLMError('The encoder was disposed of.', { code: 'invalid-argument' });
    }
    const { library, model } = this.#runtime;
    const shape = [batch.texts.length, batch.positions];
    const tensor = (data: BigInt64Array) => new library.Tensor('int64', data, shape);
    const outputs: Record<string, unknown> = await model.forward({
      input_ids: tensor(batch.inputIds),
      attention_mask: tensor(batch.attentionMask),
      ...(batch.tokenTypeIds && { token_type_ids: tensor(batch.tokenTypeIds) }),
    });
    const hidden = outputs.last_hidden_state ?? outputs.token_embeddings;
    if (!(hidden instanceof library.Tensor)) {
      throw new EmbedLLMError(
        `The model gives no \`last_hidden_state\` or \`token_embeddings\` but ${Object.keys(outputs).join(', ') || 'nothing'}. It must be exported for feature extraction.`,
        { code: 'invalid-argument' },
      );
    }
    const [rows, positions, dimensions] = hidden.dims;
    const { data } = hidden.to('float32');
    if (
      hidden.dims.length !== 3 ||
      rows !== batch.texts.length ||
      positions !== batch.positions ||
      dimensions === undefined ||
      !(data instanceof Float32Array)
    ) {
      throw new EmbedLLMError(
        `The model gives vectors of shape [${hidden.dims.join(', ')}] for ${shape.join(' x ')} tokens.`,
        { code: 'shape-mismatch' },
      );
    }
    return { data, positions, dimensions };
  }
}
