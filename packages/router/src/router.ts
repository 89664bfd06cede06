import {
  type Artifact,
  type EncodeOptions,
  type FactorizationModel,
  Matrix,
  type ModelInfo,
} from '@embedllm/core';
import { checkList, checkObject } from '@embedllm/internals';
import { type Choice, decide } from './decide.js';
import type { RouteDecision } from './decision.js';
import { defaultPolicy } from './policies/default-policy.js';
import { largestAmong } from './policies/rank.js';
import { type ResolvedPolicy, resolvePolicy } from './policies/resolve-policy.js';
import { keepPool } from './pool/pool-of.js';
import { familiarity, predict, toModel } from './pool/read-pool.js';
import { isArgMax, resolveChoice } from './pool/resolve-choice.js';
import { RouterPool } from './pool/router-pool.js';
import { assertTrained, pretrainedOptions, routerOptions } from './pretrained.js';
import { lastUserQuestion } from './question/chat-message.js';
import { type EncodedQuestions, encodeQuestions } from './question/encode-questions.js';
import { assertEncoderMatches } from './question/encoder-match.js';
import { type Routable, readQuestion } from './question/routable.js';
import type {
  CoverageOptions,
  PretrainedSettings,
  PretrainedSource,
  RouteEmbeddingOptions,
  RouteOptions,
  RouterOptions,
  RouterSettings,
} from './router-options.js';

/**
 * Sends each question to one LLM of a pool, without calling any of them: scores all of them by
 * z_m = u_m . (W x + b) + c (Zhuang et al., arXiv 2410.02223), and lets a policy choose by
 * probability of a correct answer, cost and whatever else is known.
 *
 * @example
 * ```ts
 * const router = Router.fromArtifact(artifact, { encoder });
 * const { model, candidates, reason } = await router.route('What is 17 * 23?', {
 *   policy: [deny(['slow-model']), cheapestAbove({ floor: 0.8 })],
 * });
 * ```
 */
export class Router {
  readonly #settings: RouterSettings;
  readonly #pool: RouterPool;
  readonly #policy: ResolvedPolicy;

  /**
   * @throws EmbedLLMError `encoder-mismatch` when the encoder does not fit the model or its
   * record; `invalid-argument` when `models` describes unknown models, one twice or a negative
   * price, when there is no trained model or it has no LLMs, or when the policy is none.
   */
  constructor(options: RouterOptions) {
    assertTrained(options);
    const { model, models = [], encoder, encoderRecord } = options;
    if (encoder) assertEncoderMatches(encoder, model.questionDimensions, encoderRecord);
    this.#settings = options;
    this.#policy = resolvePolicy(options.policy ?? defaultPolicy(options));
    this.#pool = new RouterPool(model, models, options);
    this.#pool.targetOf(this.#policy.redirection);
    keepPool(this, this.#pool);
  }

  /**
   * A router for an artifact that `fromPretrained` or `fetchPretrained` read.
   *
   * @throws EmbedLLMError `encoder-mismatch` when the encoder's fingerprint (its id where it has
   * none) or dimensions differ from the artifact's; DataError `invalid-data` when its calibration or
   * familiarity is malformed; otherwise as the constructor.
   */
  static fromArtifact(artifact: Artifact, settings: RouterSettings = {}): Router {
    return new Router(routerOptions(artifact, settings));
  }

  /**
   * A router for an artifact at a path or URL, and for the encoder that travels in it.
   *
   * @throws as `loadPretrained` of `@embedllm/core/pretrained`, making the encoder and
   * `fromArtifact` do.
   * @example
   * ```ts
   * const router = await Router.fromPretrained('./artifact', { encoder: restoreEncoder });
   * ```
   */
  static async fromPretrained(
    source: PretrainedSource,
    settings: PretrainedSettings = {},
  ): Promise<Router> {
    return new Router(await pretrainedOptions(source, settings));
  }

  /** The pool, in the order that breaks ties. */
  get models(): readonly ModelInfo[] {
    return this.#pool.models;
  }

  /** D, the length of a question embedding. */
  get questionDimensions(): number {
    return this.#pool.scorer.base.questionDimensions;
  }

  /**
   * Chooses a model for a text, a chat or an embedding.
   *
   * @throws EmbedLLMError `invalid-argument` on an empty question, an unknown model, a bad option
   * or a text without encoder; `no-candidate` when no model meets all constraints;
   * `shape-mismatch` or `not-finite` on a wrong embedding. Rejects with the signal's reason when
   * aborted.
   */
  async route(question: Routable, options: RouteOptions = {}): Promise<RouteDecision> {
    const [decision] = await this.routeMany([question], options);
    return decision as RouteDecision;
  }

  /**
   * Chooses a model for each question, in their order; one bad question refuses all.
   *
   * @throws as `route`; the message gives the index of the question, counted from 0.
   */
  async routeMany(
    questions: readonly Routable[],
    options: RouteOptions = {},
  ): Promise<RouteDecision[]> {
    checkObject('options', options).signal?.throwIfAborted();
    const choice = this.#resolve(options);
    if (checkList('questions', questions).length === 0) return [];
    return this.#decide(await this.encode(questions, options), choice, options.inputTokens);
  }

  /**
   * Chooses a model for one question embedding, synchronously.
   *
   * Costs 2 min(M D, d (D + M)) FLOPs and reads each weight once: 172 kFLOP and 344 kB for
   * 112 models and 768 dimensions.
   *
   * @param embedding - Length D, finite.
   * @throws EmbedLLMError `shape-mismatch` on another length, `not-finite` on NaN or infinity,
   * `invalid-argument` on bad options, `no-candidate`.
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
    const { coverage, inputTokens } = options;
    return this.#decide({ embeddings, coverage }, this.#resolve(options), inputTokens);
  }

  /**
   * Chooses as `routeEmbeddings` does, and returns the choices alone: for many questions at once.
   * With `bestQuality`, no constraints and no calibration it is an arg max over logits.
   *
   * @param embeddings - Shape [Q, D], finite.
   * @returns length Q, positions in `models`.
   * @throws as `routeEmbedding`.
   */
  choose(embeddings: Matrix, options: RouteEmbeddingOptions = {}): Int32Array {
    const choice = this.#resolve({ ...options, top: 1 });
    if (isArgMax(this.#pool, choice)) {
      return largestAmong(this.score(embeddings, options), choice.among);
    }
    const { coverage, inputTokens } = options;
    const decisions = this.#decide({ embeddings, coverage }, choice, inputTokens);
    return Int32Array.from(decisions, ({ model }) => this.#pool.indexOf(model.name));
  }

  /**
   * Logits of a correct answer, shape [Q, M], before calibration; M in the order of `models`. Those
   * of unfamiliar questions are shrunk to what is known of the models without the text.
   */
  score(embeddings: Matrix, { coverage }: CoverageOptions = {}): Matrix {
    return this.#pool.score(embeddings, coverage).logits;
  }

  /** How familiar questions [Q, D] are, as `RouteDecision.familiarity`; length Q, NaN where unrecorded. */
  familiarity(embeddings: Matrix, { coverage }: CoverageOptions = {}): Float64Array {
    return familiarity(this.#pool, embeddings, coverage);
  }

  /**
   * What policies see of questions: calibrated probabilities and expected dollars (NaN where
   * unknown), both [Q, M]. For `qualityGuarantee` and for evaluation.
   *
   * @param options.inputTokens - Tokens of each question. @default 0
   */
  predict(
    embeddings: Matrix,
    options: CoverageOptions & { readonly inputTokens?: number | undefined } = {},
  ): { probabilities: Matrix; costsUsd: Matrix } {
    return predict(this.#pool, embeddings, options.inputTokens, options.coverage);
  }

  /**
   * The embeddings of questions [Q, D], and the coverage of those that are texts where the encoder
   * knows it: what `predict`, `score` and `familiarity` take.
   *
   * @throws as `route`.
   */
  async encode(
    questions: readonly Routable[],
    options: EncodeOptions = {},
  ): Promise<EncodedQuestions> {
    const { encoder, toQuestion = lastUserQuestion } = this.#settings;
    const { signal, onProgress } = checkObject('options', options);
    const read = checkList('questions', questions).map((question, index) =>
      readQuestion(question, index, toQuestion),
    );
    return encodeQuestions(read, encoder, this.questionDimensions, { signal, onProgress });
  }

  /** The pool as a model, with all that was added and learnt: to be saved in an artifact. */
  toModel(): FactorizationModel {
    return toModel(this.#pool);
  }

  /** Takes a model out of the pool. @throws EmbedLLMError `invalid-argument` on an unknown or the last one. */
  removeModel(name: string): void {
    this.#pool.remove(name);
  }

  #decide(
    { embeddings, coverage, inputTokens }: EncodedQuestions,
    choice: Choice,
    given: number | undefined,
  ): RouteDecision[] {
    const requests = this.#pool.requests(embeddings, (q) => given ?? inputTokens?.[q], coverage);
    return requests.map((request) => decide(request, choice));
  }

  #resolve(options: RouteEmbeddingOptions): Choice {
    return resolveChoice(this.#pool, this.#policy, options);
  }
}
