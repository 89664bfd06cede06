import type { QuestionEncoder } from '@embedllm/core';

/** How a question encoder is made, or a custom encoder. */
export type ConfiguredEncoder = EncoderSettings | QuestionEncoder;

/** How to make a question encoder; see `@embedllm/question-encoder` for what the kinds are. */
export interface EncoderSettings {
  /**
   * `lsa` is fitted on the training questions and needs nothing; `hashing` needs nothing either;
   * `english` is the table of `@embedllm/encoder-english`, which needs no training questions, and
   * `lsa+english` both side by side; `static` reads a table of token vectors in the form of model2vec from `folder`;
   * `transformers` runs a sentence-embedding model (needs `@huggingface/transformers`);
   * `endpoint` asks an embeddings API in OpenAI's form.
   */
  readonly kind: EncoderKind;
  /** Length of the vectors. Of the part that is fitted in `lsa+english`. @default 256 for lsa, 1024 for hashing, else as the model has it */
  readonly dimensions?: number | undefined;
  /** `transformers`: a model of the hub. `endpoint`: its name there. @default all-mpnet-base-v2 */
  readonly model?: string | undefined;
  /** `transformers`: a local folder instead of the hub. `static`: that of its model. @default none */
  readonly folder?: string | undefined;
  /** `transformers`: branch, tag or commit of the hub. @default 'main' */
  readonly revision?: string | undefined;
  /** `transformers`: which weights, such as `fp32` or `q8`. @default 'fp32' */
  readonly dtype?: string | undefined;
  /** `endpoint`: address of the API without `/embeddings`. */
  readonly baseURL?: string | undefined;
  /** `endpoint`: the environment variable that holds the key. @default none */
  readonly apiKeyEnv?: string | undefined;
  /** `transformers`: one of the model's own prompts, such as `query`. @default the model's own */
  readonly prompt?: string | undefined;
  /** Put before every text. @default none */
  readonly prefix?: string | undefined;
  /** Texts in one batch or request. @default 32 */
  readonly batchSize?: number | undefined;
}

/** Kinds of encoders that the command line can make. */
export type EncoderKind = (typeof ENCODER_KINDS)[number];
/** All of them. */
export const ENCODER_KINDS = [
  'lsa',
  'hashing',
  'english',
  'lsa+english',
  'static',
  'transformers',
  'endpoint',
] as const;
