import {
  type Artifact,
  assertFinite,
  EmbedLLMError,
  type EncodeOptions,
  type FactorizationModel,
  type FoldedModel,
  Matrix,
  type ModelInfo,
  type QuestionEncoder,
} from '@embedllm/core';
import { decide, type PoolEntry, type RouteDecision } from './decision.js';
import { assertEncoderMatches, type EncoderIdentity } from './encoder-match.js';
import { allowedIndices, joinPool } from './pool.js';

/** What a router is made of. */
export interface RouterOptions {
  /** The trained model of M LLMs. */
  readonly model: FactorizationModel;
  /**
   * What is known about the LLMs, by name and in any order.
   *
   * @default names alone
   */
  readonly models?: readonly ModelInfo[] | undefined;
  /** Encodes question texts. Without it only embeddings can be routed. */
  readonly encoder?: QuestionEncoder | undefined;
  /** The encoder that the model was trained with; `encoder` must then be the same. */
  readonly encoderRecord?: EncoderIdentity | undefined;
}

/** Options of `Router.fromArtifact`. */
export interface ArtifactRouterOptions {
  /** The encoder that the artifact was trained with. Without it only embeddings can be routed. */
  readonly encoder?: QuestionEncoder | undefined;
}

/** Options of a decision. */
export interface RouteEmbeddingOptions {
  /**
   * How many candidates a decision lists: an integer from 1; more than there are lists all.
   *
   * @default 5
   */
  readonly top?: number | undefined;
  /**
   * Names of the models to choose from.
   *
   * @default the whole pool
   */
  readonly models?: readonly string[] | undefined;
}

/** Options of a decision about a text; `signal` and `onProgress` reach the encoder. */
export interface RouteOptions extends RouteEmbeddingOptions, EncodeOptions {}

/**
 * Sends each question to the LLM of a pool that is most likely to answer it correctly, without
 * calling any of them: arg max over models of the logit z_m (Zhuang et al., arXiv 2410.02223).
 *
 * Models with equal logits rank in pool order, so that the same question always goes the same way.
 *
 * @example
 * ```ts
 * const router = Router.fromArtifact(artifact, { encoder });
 * const { model, probability } = await router.route('What is 17 * 23?');
 * ```
 */
export class Router {
  /** The pool, in the order that breaks ties. */
  readonly models: readonly ModelInfo[];
  /** D, the length of a question embedding. */
  readonly questionDimensions: number;
  readonly #encoder: QuestionEncoder | undefined;
  readonly #scorer: FactorizationModel | FoldedModel;
  readonly #pool: readonly PoolEntry[];
  readonly #indexByName: ReadonlyMap<string, number>;
  readonly #everyone: readonly number[];

  /**
   * @throws EmbedLLMError `encoder-mismatch` when the encoder does not fit the model or its
   * record; `invalid-argument` when `models` describes unknown models, one twice or a negative
   * price, or when the model has no LLMs.
   */
  constructor(options: RouterOptions) {
    const { model, models = [], encoder, encoderRecord } = options;
    const names = model.models;
    if (names.length === 0) {
      throw new EmbedLLMError('invalid-argument', 'A router needs a model with at least one LLM.');
    }
    if (encoder) assertEncoderMatches(encoder, model.questionDimensions, encoderRecord);
    this.#pool = joinPool(names, models);
    this.models = this.#pool.map((entry) => entry.model);
    this.questionDimensions = model.questionDimensions;
    this.#encoder = encoder;
    this.#everyone = names.map((_, index) => index);
    this.#indexByName = new Map(names.map((name, index) => [name, index]));
    // M D multiplications a question folded, d (D + M) as two products: take the cheaper.
    const { dimensions: d, questionDimensions: D } = model;
    const M = names.length;
    this.#scorer = M * D <= d * (D + M) ? model.fold() : model;
  }

  /**
   * A router for an artifact that `fromPretrained` or `fetchPretrained` read.
   *
   * @throws EmbedLLMError `encoder-mismatch` when the encoder's fingerprint (its id where it has
   * none) or dimensions differ from the artifact's; otherwise as the constructor.
   */
  static fromArtifact(artifact: Artifact, options: ArtifactRouterOptions = {}): Router {
    const { model, models, encoder: encoderRecord } = artifact;
    return new Router({ model, models, encoder: options.encoder, encoderRecord });
  }

  /**
   * Encodes a question and chooses a model for it.
   *
   * @throws EmbedLLMError `invalid-argument` on an empty text, an empty allow list, an unknown
   * model, a bad `top` or a router without encoder; `shape-mismatch` or `not-finite` when the
   * encoder gives a wrong shape or NaN. Rejects with the signal's reason when aborted.
   */
  async route(text: string, options: RouteOptions = {}): Promise<RouteDecision> {
    const [decision] = await this.routeMany([text], options);
    return decision as RouteDecision;
  }

  /**
   * Encodes questions and chooses a model for each, in their order; one bad text refuses all.
   *
   * @throws as `route`; the message gives the index of the text, counted from 0.
   */
  async routeMany(texts: readonly string[], options: RouteOptions = {}): Promise<RouteDecision[]> {
    const { signal, onProgress, ...choice } = options;
    signal?.throwIfAborted();
    this.#resolve(choice);
    const encoder = this.#encoder;
    if (!encoder) {
      throw new EmbedLLMError(
        'invalid-argument',
        'This router has no encoder: give it one, or pass embeddings to `routeEmbedding`.',
      );
    }
    texts.forEach((text, index) => {
      if (typeof text !== 'string' || text.trim() === '') {
        throw new EmbedLLMError('invalid-argument', `The question at index ${index} is empty.`);
      }
    });
    if (texts.length === 0) return [];
    const embeddings = await encoder.encode(texts, { signal, onProgress });
    signal?.throwIfAborted();
    if (embeddings.rows !== texts.length) {
      throw new EmbedLLMError(
        'shape-mismatch',
        `The encoder ${encoder.id} returned ${embeddings.rows} embeddings for ${texts.length} texts.`,
      );
    }
    return this.routeEmbeddings(embeddings, choice);
  }

  /**
   * Chooses a model for one question embedding.
   *
   * Costs 2 min(M D, d (D + M)) FLOPs and reads each weight once: 172 kFLOP and 344 kB for
   * 112 models and 768 dimensions.
   *
   * @param embedding - Length D, finite.
   * @throws EmbedLLMError `shape-mismatch` on another length, `not-finite` on NaN or infinity,
   * `invalid-argument` on bad options.
   */
  routeEmbedding(
    embedding: Float32Array | readonly number[],
    options?: RouteEmbeddingOptions,
  ): RouteDecision {
    const row = embedding instanceof Float32Array ? embedding : Float32Array.from(embedding);
    const [decision] = this.routeEmbeddings(new Matrix(1, row.length, row), options);
    return decision as RouteDecision;
  }

  /**
   * Chooses a model for each question embedding; the same choices as one at a time.
   *
   * @param embeddings - Shape [Q, D], finite.
   * @returns Q decisions in the order of the rows.
   * @throws as `routeEmbedding`; the message gives the row.
   */
  routeEmbeddings(embeddings: Matrix, options: RouteEmbeddingOptions = {}): RouteDecision[] {
    const { allowed, top } = this.#resolve(options);
    const logits = this.#scorer.score(embeddings);
    assertFinite(logits, 'logits');
    return Array.from({ length: embeddings.rows }, (_, question) =>
      decide(logits.row(question), this.#pool, allowed, top),
    );
  }

  #resolve({ models, top = 5 }: RouteEmbeddingOptions): {
    allowed: readonly number[];
    top: number;
  } {
    if (!(Number.isInteger(top) && top > 0)) {
      throw new EmbedLLMError(
        'invalid-argument',
        `\`top\` must be an integer of at least 1, but is ${top}.`,
      );
    }
    return {
      allowed: models ? allowedIndices(models, this.#indexByName) : this.#everyone,
      top,
    };
  }
}
