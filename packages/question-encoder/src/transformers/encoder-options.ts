import { EmbedLLMError, type Progress } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import type { DeviceFallback, ModelDevice } from './devices.js';
import { FILE_ENDINGS, type ModelDtype } from './model-source.js';
import { POOLINGS, type Pooling } from './pooling.js';
import type { TruncationReport } from './transformers-encoder.js';

/** How to run a model; none of it changes the vectors beyond rounding. */
export interface TransformersRunOptions {
  /**
   * `auto` and `gpu` try the platform's GPUs and fall back to the processor.
   *
   * @default transformers.js's own choice: `cpu` in Node, `wasm` in browsers
   */
  readonly device?: ModelDevice | undefined;
  /**
   * Called when `auto` or `gpu` had to pass over a device.
   *
   * @default a warning on the console when `gpu` ends on the processor
   */
  readonly onDeviceFallback?: ((fallback: DeviceFallback) => void) | undefined;
  /**
   * Most texts in a batch, 1 to 4096. Weights of `q8`, `int8` and `uint8`, whose rounding depends
   * on the whole batch, always go one text at a time.
   *
   * @default 32
   */
  readonly batchSize?: number | undefined;
  /**
   * Most tokens in a batch, padding included, 1 to 1,048,576; a longer text is a batch of its own.
   * Bounds the memory.
   *
   * @default 512 on a processor, 16,384 on a GPU
   */
  readonly batchTokens?: number | undefined;
  /**
   * Processor threads of one forward pass in Node, 1 or more. One thread costs the least processor
   * time a text; more shorten the wait.
   *
   * @default ONNX Runtime's choice: one for each core
   */
  readonly threads?: number | undefined;
  /** Called after an `encode` that had to cut texts. */
  readonly onTruncated?: ((report: TruncationReport) => void) | undefined;
  /** Stops loading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called while files are loaded. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of `createTransformersEncoder`. */
export interface TransformersEncoderOptions extends TransformersRunOptions {
  /**
   * A model of the Hugging Face hub with ONNX weights, or the name of the model in `folder`.
   *
   * @default 'sentence-transformers/all-mpnet-base-v2', which EmbedLLM was published with; with
   * `folder`, the folder's last part
   */
  readonly model?: string | undefined;
  /**
   * A folder with the model's files, laid out as on the hub, instead of the hub; Node only. Its
   * files are hashed into the fingerprint. No network is used.
   */
  readonly folder?: string | undefined;
  /** Branch, tag or commit on the hub. Pin a commit: `main` may move. @default 'main' */
  readonly revision?: string | undefined;
  /** Which of the model's weight files to load. @default 'fp32' */
  readonly dtype?: ModelDtype | undefined;
  /** @default as the model's `1_Pooling/config.json` says */
  readonly pooling?: Pooling | undefined;
  /** Whether rows are scaled to unit length. @default as the model's `modules.json` says */
  readonly normalize?: boolean | undefined;
  /**
   * Leading components that are kept, for models trained so that these say the most (Matryoshka
   * representation learning, Kusupati et al., 2022); scaled to unit length after the cut where
   * `normalize` holds.
   *
   * @default all
   */
  readonly dimensions?: number | undefined;
  /**
   * Whether vectors are shifted and scaled to mean 0 and variance 1 before `dimensions` cuts them,
   * as nomic-embed-text-v1.5 asks for.
   *
   * @default false
   */
  readonly layerNorm?: boolean | undefined;
  /**
   * Does without the model's `modules.json`, whose Dense and LayerNorm modules are then left out:
   * `pooling` and `normalize` must be given.
   *
   * @default false
   */
  readonly ignoreModules?: boolean | undefined;
  /**
   * Longest input in tokens, special tokens included; the rest of a text is cut. At most the
   * model's positions.
   *
   * @default the smallest limit that the model and its tokenizer name
   */
  readonly maxTokens?: number | undefined;
  /**
   * Name of one of the model's own prompts, such as `'query'` or `'document'`, to put before every
   * text.
   *
   * @default the model's `default_prompt_name`; most models have none
   */
  readonly prompt?: string | undefined;
  /** Put before every text, such as `'query: '`, instead of a prompt of the model's. @default '' */
  readonly prefix?: string | undefined;
  /**
   * Name of the adapter of a model with several, such as `'classification'` of
   * jina-embeddings-v3.
   *
   * @default none
   */
  readonly task?: string | undefined;
}

/** `name` or `owner/name`; transformers.js would take anything else for a path. */
const HUB_ID = /^(?:[A-Za-z0-9][\w.-]*\/)?[A-Za-z0-9][\w.-]*$/;

/**
 * @throws EmbedLLMError `invalid-argument` naming the option that is out of range.
 */
export function checkOptions(options: TransformersEncoderOptions): void {
  const refuse = (message: string): never => {
    throw new EmbedLLMError(message, { code: 'invalid-argument' });
  };
  const { dtype = 'fp32', pooling, revision, folder } = options;
  if (!Object.hasOwn(FILE_ENDINGS, dtype)) {
    refuse(`\`dtype\` must be one of ${Object.keys(FILE_ENDINGS).join(', ')}, but is ${dtype}.`);
  }
  if (pooling !== undefined && !POOLINGS.includes(pooling)) {
    refuse(`\`pooling\` must be one of ${POOLINGS.join(', ')}, but is ${String(pooling)}.`);
  }
  checkInteger('maxTokens', options.maxTokens, { min: 1, optional: true });
  checkInteger('dimensions', options.dimensions, { min: 1, optional: true });
  checkRunOptions(options);
  if (folder === undefined && options.model !== undefined && !HUB_ID.test(options.model)) {
    refuse(
      `\`model\` must be the name of a hub model, such as owner/name, but is ${JSON.stringify(options.model)}. Pass the path of a folder as \`folder\`.`,
    );
  }
  if (folder !== undefined && revision !== undefined) {
    refuse('`revision` applies to the hub only: a `folder` has a single revision.');
  }
  if (options.prompt !== undefined && options.prefix !== undefined) {
    refuse('Give either `prompt`, a name, or `prefix`, a text.');
  }
  if (options.ignoreModules && (pooling === undefined || options.normalize === undefined)) {
    refuse('`ignoreModules` needs `pooling` and `normalize`.');
  }
}

/** @throws EmbedLLMError `invalid-argument` naming the option that is out of range. */
export function checkRunOptions({ batchSize, batchTokens, threads }: TransformersRunOptions): void {
  checkInteger('batchSize', batchSize, { min: 1, max: 4096, optional: true });
  checkInteger('batchTokens', batchTokens, { min: 1, max: 2 ** 20, optional: true });
  checkInteger('threads', threads, { min: 1, max: 1024, optional: true });
}
