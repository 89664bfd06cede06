import type {
  Artifact,
  EncodeOptions,
  EncoderRecord,
  FactorizationModel,
  Matrix,
  ModelInfo,
  QuestionEncoder,
} from '@embedllm/core';
import type { Calibration } from '@embedllm/core/calibration';
import type { Familiarity } from '@embedllm/core/familiarity';
import type { Constraint, Policy } from './policies/policy.js';
import type { ChatMessage } from './question/chat-message.js';
import type { EncoderIdentity } from './question/encoder-match.js';

/** Predicts how long answers get, so that costs follow the question. */
export interface OutputLengthModel {
  /** Names of the models, in the order of the predictions. */
  readonly models: readonly string[];
  /**
   * @param embeddings - Question embeddings, shape [Q, D].
   * @returns expected output tokens, shape [Q, M]; NaN where it cannot tell.
   */
  predictOutputTokens(embeddings: Matrix): Matrix;
}

/** How a router decides, whatever it was made from. */
export interface RouterSettings {
  /** Encodes question texts. Without it only embeddings can be routed. */
  readonly encoder?: QuestionEncoder | undefined;
  /**
   * Decides where a request brings no policy of its own.
   *
   * @default bestQuality(), guarded by `whenUnfamiliar` and `preferring` as training found best
   * for kinds of question that it saw and that it never saw, where the artifact records it
   */
  readonly policy?: Policy | undefined;
  /**
   * Turns logits into calibrated probabilities.
   *
   * @default that of the artifact, or else P = 1 / (1 + exp(-z))
   */
  readonly calibration?: Calibration | undefined;
  /**
   * Says how familiar questions are, and shrinks probabilities of unfamiliar ones to what is known
   * of the models without the text.
   *
   * @default that of the artifact, or else none: every question is taken for a familiar one
   */
  readonly familiarity?: Familiarity | undefined;
  /** Name of the model that `single-best` stands for in policies. @default that of the artifact */
  readonly singleBest?: string | undefined;
  /** Predicts answer lengths by question. @default the usual length of each model */
  readonly outputLengths?: OutputLengthModel | undefined;
  /** Reduces a chat to a question. @default `lastUserQuestion` */
  readonly toQuestion?: ((messages: readonly ChatMessage[]) => string) | undefined;
}

/**
 * An artifact, or where it is: in Node a path or URL, elsewhere a URL, which in a page may be relative.
 */
export type PretrainedSource = string | URL | Artifact | Promise<Artifact>;

/** How a router decides whose artifact says which encoder it needs. */
export interface PretrainedSettings extends Omit<RouterSettings, 'encoder'> {
  /** The encoder, or what makes it from the artifact's record of it, such as `restoreEncoder`. */
  readonly encoder?:
    | QuestionEncoder
    | ((record: EncoderRecord) => Promise<QuestionEncoder>)
    | undefined;
  /** Stops loading an artifact; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a router is made of. */
export interface RouterOptions extends RouterSettings {
  /** The trained model of M LLMs. */
  readonly model: FactorizationModel;
  /** What is known about the LLMs, by name and in any order. @default names alone */
  readonly models?: readonly ModelInfo[] | undefined;
  /** The encoder that the model was trained with; `encoder` must then be the same. */
  readonly encoderRecord?: EncoderIdentity | undefined;
}

/** What is known of a text besides its embedding. */
export interface CoverageOptions {
  /**
   * From `encoder.coverage` of the texts, length Q: how much of each its embedding stands for.
   *
   * @default familiarity is judged by the embeddings alone
   */
  readonly coverage?: ArrayLike<number> | undefined;
}

/** Options of a decision. */
export interface RouteEmbeddingOptions extends CoverageOptions {
  /** Decides instead of the router's policy. @default the router's policy */
  readonly policy?: Policy | undefined;
  /** Hold next to those of the policy, whichever decides: a request can narrow it. @default none */
  readonly constraints?: readonly Constraint[] | undefined;
  /** Names of the models to choose from. @default the whole pool */
  readonly models?: readonly string[] | undefined;
  /**
   * How many candidates a decision lists: an integer from 1; more than there are lists all.
   *
   * @default 5
   */
  readonly top?: number | undefined;
  /** Tokens of each question, from 0. @default a quarter of the characters; 0 for embeddings */
  readonly inputTokens?: number | undefined;
}

/** Options of a decision about a text; `signal` and `onProgress` reach the encoder. */
export interface RouteOptions extends Omit<RouteEmbeddingOptions, 'coverage'>, EncodeOptions {}
