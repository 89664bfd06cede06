import { EmbedLLMError, type Progress } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { FILE_ENDINGS, type ModelDtype } from './model-source.js';
import { POOLINGS, type Pooling } from './pooling.js';
import type { TruncationReport } from './transformers-encoder.js';

/** The device that runs the model, as transformers.js names it. */
export type ModelDevice =
  | 'auto'
  | 'cpu'
  | 'gpu'
  | 'cuda'
  | 'dml'
  | 'coreml'
  | 'wasm'
  | 'webgpu'
  | 'webnn';

/** How to run a model; none of it changes the vectors beyond rounding. */
export interface TransformersRunOptions {
  /** @default transformers.js's own choice: `cpu` in Node, `wasm` in browsers */
  readonly device?: ModelDevice | undefined;
  /** Texts in a batch, 1 to 4096. @default 32 */
  readonly batchSize?: number | undefined;
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
   * A folder with the model's files, laid out as on the hub, in place of the hub; Node only. Its
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
   * Longest input in tokens, special tokens included; the rest of a text is cut.
   *
   * @default the smallest limit that the model and its tokenizer name
   */
  readonly maxTokens?: number | undefined;
  /** Put before every text, such as `'query: '` for models that were trained so. @default '' */
  readonly prefix?: string | undefined;
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
  const { dtype = 'fp32', pooling, maxTokens, batchSize, revision, folder } = options;
  if (!Object.hasOwn(FILE_ENDINGS, dtype)) {
    refuse(`\`dtype\` must be one of ${Object.keys(FILE_ENDINGS).join(', ')}, but is ${dtype}.`);
  }
  if (pooling !== undefined && !POOLINGS.includes(pooling)) {
    refuse(`\`pooling\` must be one of ${POOLINGS.join(', ')}, but is ${String(pooling)}.`);
  }
  checkInteger('maxTokens', maxTokens, { min: 1, optional: true });
  checkInteger('batchSize', batchSize ?? 32, { min: 1, max: 4096 });
  if (folder === undefined && options.model !== undefined && !HUB_ID.test(options.model)) {
    refuse(
      `\`model\` must be the name of a hub model, such as owner/name, but is ${JSON.stringify(options.model)}. Give the path of a folder as \`folder\`.`,
    );
  }
  if (folder !== undefined && revision !== undefined) {
    refuse('`revision` belongs to the hub: a `folder` holds one revision.');
  }
}
