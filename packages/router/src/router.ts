import {
  type Artifact,
  EmbedLLMError,
  type EncodeOptions,
  FactorizationModel,
  Matrix,
  type ModelInfo,
} from '@embedllm/core';
import { restoreCalibration } from '@embedllm/core/calibration';
import { restoreFamiliarity } from '@embedllm/core/familiarity';
import { type Choice, decide } from './decide.js';
import type { RouteDecision } from './decision.js';
import { assertSetting } from './policies/assert-setting.js';
import { largestAmong } from './policies/rank.js';
import { type ResolvedPolicy, resolvePolicy } from './policies/resolve-policy.js';
import { keepPool } from './pool/pool-of.js';
import { RouterPool } from './pool/router-pool.js';
import { lastUserQuestion } from './question/chat-message.js';
import { type EncodedQuestions, encodeQuestions } from './question/encode-questions.js';
import { assertEncoderMatches } from './question/encoder-match.js';
import { type ReadQuestion, type Routable, readQuestion } from './question/routable.js';
import type {
  CoverageOptions,
  PretrainedSettings,
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
    this.#policy = resolvePolicy(options.policy ?? []);
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
    assertTrained(artifact);
    const { model, models, encoder: encoderRecord } = artifact;
    const calibration =
      settings.calibration ?? (artifact.calibration && restoreCalibration(artifact.calibration));
    const familiarity =
      settings.familiarity ?? (artifact.familiarity && restoreFamiliarity(artifact.familiarity));
    const singleBest = settings.singleBest ?? artifact.training.singleBest;
    return new Router({
      ...settings,
      calibration,
      familiarity,
      singleBest,
      model,
      models,
      encoderRecord,
    });
  }

  /**
   * A router for an artifact that is still being read, and for the encoder that travels in it.
   *
   * @throws as reading the artifact, making the encoder and `fromArtifact` do.
   * @example
   * ```ts
   * const router = await Router.fromPretrained(fetchPretrained(url), { encoder: restoreEncoder });
   * ```
   */
  static async fromPretrained(
    artifact: Artifact | Promise<Artifact>,
    settings: PretrainedSettings = {},
  ): Promise<Router> {
    const loaded = await artifact;
    assertTrained(loaded);
    const { encoder } = settings;
    return Router.fromArtifact(loaded, {
      ...settings,
      encoder: typeof encoder === 'function' ? await encoder(loaded.encoder) : encoder,
    });
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
    const { signal, onProgress, ...choice } = options;
    signal?.throwIfAborted();
    this.#resolve(choice);
    const read = this.#read(questions);
    if (read.length === 0) return [];
    const { embeddings, coverage } = await this.#encode(read, options);
    return this.#decide(embeddings, { ...choice, coverage }, read);
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
    return this.#decide(embeddings, options, []);
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
    const { policy, among } = this.#resolve(options);
    const { objective, constraints, exploration, redirection } = policy;
    const isArgMax =
      objective.byProbability &&
      constraints.length === 0 &&
      !exploration &&
      !redirection &&
      !this.#pool.isCalibrated;
    if (isArgMax) return largestAmong(this.score(embeddings, options), among);
    const decisions = this.#decide(embeddings, { ...options, top: 1 }, []);
    return Int32Array.from(decisions, ({ model }) => this.#pool.indexOf(model.name));
  }

  /**
   * Logits of a correct answer, shape [Q, M], before calibration; M in the order of `models`. Those
   * of unfamiliar questions are shrunk to what is known of the models without the text.
   */
  score(embeddings: Matrix, { coverage }: CoverageOptions = {}): Matrix {
    return this.#pool.score(embeddings, coverage).logits;
  }

  /**
   * How familiar questions are, as `RouteDecision.familiarity`; length Q, NaN where the artifact
   * does not say.
   *
   * @param embeddings - Shape [Q, D].
   */
  familiarity(embeddings: Matrix, { coverage }: CoverageOptions = {}): Float64Array {
    return Float64Array.from({ length: embeddings.rows }, (_, row) => {
      const assessment = this.#pool.assess(embeddings.row(row), coverage?.[row]);
      return assessment?.familiarity ?? Number.NaN;
    });
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
    const requests = this.#pool.requests(embeddings, () => options.inputTokens, options.coverage);
    const M = this.models.length;
    const probabilities = new Matrix(requests.length, M);
    const costsUsd = new Matrix(requests.length, M);
    requests.forEach((request, index) => {
      probabilities.row(index).set(request.probabilities);
      costsUsd.row(index).set(request.costsUsd);
    });
    return { probabilities, costsUsd };
  }

  /**
   * The embeddings of questions [Q, D], and the coverage of those that are texts where the encoder
   * knows it: what `predict`, `score` and `familiarity` take.
   *
   * @throws as `route`.
   */
  encode(questions: readonly Routable[], options: EncodeOptions = {}): Promise<EncodedQuestions> {
    return this.#encode(this.#read(questions), options);
  }

  /** The pool as a model, with all that was added and learnt: to be saved in an artifact. */
  toModel(): FactorizationModel {
    const { base, embeddings } = this.#pool.scorer;
    const { projection, projectionBias, classifier, classifierBias } = base;
    return new FactorizationModel({
      models: this.models.map(({ name }) => name),
      modelEmbeddings: embeddings.selectRows([...this.models.keys()]),
      projection,
      projectionBias,
      classifier,
      classifierBias,
    });
  }

  /** Takes a model out of the pool. @throws EmbedLLMError `invalid-argument` on an unknown or the last one. */
  removeModel(name: string): void {
    this.#pool.remove(name);
  }

  #decide(
    embeddings: Matrix,
    options: RouteEmbeddingOptions,
    read: readonly ReadQuestion[],
  ): RouteDecision[] {
    const choice = this.#resolve(options);
    const inputTokensOf = (index: number): number | undefined => {
      const question = read[index];
      return (
        options.inputTokens ?? (question && 'text' in question ? question.inputTokens : undefined)
      );
    };
    const requests = this.#pool.requests(embeddings, inputTokensOf, options.coverage);
    return requests.map((request) => decide(request, choice));
  }

  #read(questions: readonly Routable[]): ReadQuestion[] {
    const toQuestion = this.#settings.toQuestion ?? lastUserQuestion;
    return questions.map((question, index) => readQuestion(question, index, toQuestion));
  }

  #encode(read: readonly ReadQuestion[], options: EncodeOptions): Promise<EncodedQuestions> {
    const { signal, onProgress } = options;
    return encodeQuestions(read, this.#settings.encoder, this.questionDimensions, {
      signal,
      onProgress,
    });
  }

  #resolve(options: RouteEmbeddingOptions): Choice {
    const { models, top = 5, inputTokens = 0 } = options;
    if (!(Number.isInteger(top) && top > 0)) {
      throw new EmbedLLMError(
        'invalid-argument',
        `\`top\` must be an integer of at least 1, but is ${top}.`,
      );
    }
    assertSetting('inputTokens', inputTokens, 0, Number.MAX_SAFE_INTEGER);
    const policy = options.policy === undefined ? this.#policy : resolvePolicy(options.policy);
    return {
      policy,
      among: this.#pool.indices(models),
      top,
      target: this.#pool.targetOf(policy.redirection),
    };
  }
}

/** Without types, a path or names of models may be given where the trained model is needed. */
function assertTrained(given: { readonly model?: FactorizationModel } | undefined): void {
  if (given?.model?.modelEmbeddings) return;
  throw new EmbedLLMError(
    'invalid-argument',
    'There is no trained model. Load an artifact with fromPretrained of @embedllm/core/node; `embedllm train` makes one, `embedllm pull` fetches one.',
  );
}
