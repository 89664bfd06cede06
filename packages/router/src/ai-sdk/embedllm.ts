import { checkInteger, didYouMean } from '@embedllm/internals';
import type { RouteDecision, Router } from '../index.js';
import { havingCapabilities, neededCapabilities } from '../question/needed-capabilities.js';
import { type AttemptRecord, isWorthFallback, messageOf } from './attempt.js';
import { decisionMetadata } from './decision-metadata.js';
import { type EarlyStream, readUntilFirstToken, resume } from './early-stream.js';
import type {
  CallOptions,
  GenerateResult,
  LanguageModelLike,
  StreamPart,
  StreamResult,
} from './language-model.js';
import type { EmbedLLMOptions } from './options.js';
import { refuse, versionOf } from './version-of.js';
import { withinTime } from './within-time.js';

/** A language model that routes each call, and a provider of that model under the id `auto`. */
export interface EmbedLLMProvider<
  Version extends 'v3' | 'v4',
  Options,
  Generated,
  Part extends StreamPart,
> extends LanguageModelLike<Version, Options, Generated, Part> {
  readonly supportedUrls: Record<string, RegExp[]>;
  /** Asks the candidates in turn for a whole answer. */
  doGenerate(options: Options): Promise<Generated>;
  /** Asks the candidates in turn for a stream, up to the first token of one. */
  doStream(options: Options): Promise<StreamResult<Part>>;
  /**
   * `auto` is this model; any other id is looked up among `models`.
   *
   * @throws EmbedLLMError `invalid-argument` on an unknown id.
   */
  languageModel(modelId: string): LanguageModelLike<Version, Options, Generated, Part>;
  /** @throws EmbedLLMError `invalid-argument` always: only language models are routed. */
  embeddingModel(modelId: string): never;
  /** @throws EmbedLLMError `invalid-argument` always: only language models are routed. */
  imageModel(modelId: string): never;
}

/**
 * A language model for the AI SDK that sends each call to the model of a pool most likely to
 * answer it correctly, and to the next candidate where one fails before its first token. The
 * result is also a provider, for `createProviderRegistry`.
 *
 * A call with images, audio, files, tools or a form for its answer goes to models whose
 * `capabilities` have it, where the pool says so of any.
 *
 * The decision is in `providerMetadata.embedllm` (`EmbedLLMMetadata`) of a result, and of a
 * stream's `finish` part. Files are passed to models as data, since not all may take URLs. When
 * the last candidate fails too, its error is thrown unchanged, so that the SDK's own retries hold.
 *
 * @throws EmbedLLMError `invalid-argument` when `models` is empty, names models that the router
 * does not know or mixes versions of the interface, or `maxAttempts` is not an integer from 1.
 *
 * @example
 * ```ts
 * const auto = embedllm({ router, models: { 'gpt-4o-mini': openai('gpt-4o-mini') } });
 * const { text, providerMetadata } = await generateText({ model: auto, prompt: 'What is 17 * 23?' });
 * ```
 */
export function embedllm<
  Version extends 'v3' | 'v4',
  Options extends CallOptions,
  Generated extends GenerateResult,
  Part extends StreamPart,
>(
  options: EmbedLLMOptions<LanguageModelLike<Version, Options, Generated, Part>>,
): EmbedLLMProvider<Version, Options, Generated, Part> {
  type Model = LanguageModelLike<Version, Options, Generated, Part>;
  const { router, question, shouldFallBack = isWorthFallback } = options;
  const { maxAttempts = Number.POSITIVE_INFINITY, onDecision, onFallback } = options;
  const { firstTokenMs = 60_000, answerMs = 120_000 } = options;
  const models = new Map<string, Model>(Object.entries(options.models));
  const specificationVersion = checkModels(models, router);
  if (maxAttempts !== Number.POSITIVE_INFINITY)
    checkInteger('maxAttempts', maxAttempts, { min: 1 });

  async function decide(call: Options): Promise<RouteDecision> {
    call.abortSignal?.throwIfAborted();
    const allowed = new Set(options.routing?.models ?? models.keys());
    const pool = router.models.filter(({ name }) => models.has(name) && allowed.has(name));
    const needed = options.capabilities?.(call) ?? neededBy(call);
    const decision = await router.route((await question?.(call.prompt)) ?? call.prompt, {
      ...options.routing,
      signal: call.abortSignal,
      top: Math.max(1, models.size),
      models: havingCapabilities(pool, needed).map(({ name }) => name),
    });
    onDecision?.(decision);
    return decision;
  }

  /** Tries the candidates in order until one gives a result. */
  async function firstToAnswer<Result>(
    call: Options,
    setting: 'firstTokenMs' | 'answerMs',
    ask: (
      model: Model,
      attempt: Options,
      mayFallBack: (error: unknown) => boolean,
    ) => Promise<Result>,
  ): Promise<{ result: Result; decision: RouteDecision; attempts: readonly AttemptRecord[] }> {
    const decision = await decide(call);
    const candidates = decision.candidates.slice(0, maxAttempts).map(({ model }) => model.name);
    const attempts: AttemptRecord[] = [];
    for (const [index, name] of candidates.entries()) {
      const next = candidates[index + 1];
      const mayFallBack = (error: unknown): boolean =>
        next !== undefined && !call.abortSignal?.aborted && shouldFallBack(error);
      try {
        const limit = setting === 'firstTokenMs' ? firstTokenMs : answerMs;
        const ms = next === undefined ? undefined : limit;
        const result = await withinTime({ setting, ms, signal: call.abortSignal }, (abortSignal) =>
          ask(models.get(name) as Model, { ...call, abortSignal }, mayFallBack),
        );
        attempts.push({ model: name });
        return { result, decision, attempts };
      } catch (error) {
        if (next === undefined || !mayFallBack(error)) throw error;
        attempts.push({ model: name, error: messageOf(error) });
        onFallback?.({ model: name, error, next });
      }
    }
    throw refuse('The router returned no candidates.');
  }

  const routing: EmbedLLMProvider<Version, Options, Generated, Part> = {
    specificationVersion,
    provider: 'embedllm',
    modelId: 'auto',
    supportedUrls: {},
    async doGenerate(call) {
      const { result, decision, attempts } = await firstToAnswer(
        call,
        'answerMs',
        async (model, attempt) => await model.doGenerate(attempt),
      );
      return withMetadata(result, decision, attempts);
    },
    async doStream(call) {
      const { result, decision, attempts } = await firstToAnswer(
        call,
        'firstTokenMs',
        async (model, attempt, mayFallBack) => {
          const streamed = await model.doStream(attempt);
          const early = await readUntilFirstToken(streamed.stream);
          if (early.failure && mayFallBack(early.failure)) {
            await discard(early);
            throw early.failure;
          }
          return { streamed, early };
        },
      );
      const stream = resume(result.early, (part) =>
        part.type === 'finish' ? withMetadata(part, decision, attempts) : part,
      );
      return { ...result.streamed, stream };
    },
    languageModel(modelId) {
      const model = modelId === 'auto' ? routing : models.get(modelId);
      if (model) return model;
      const known = ['auto', ...models.keys()];
      const listed = known.map((name) => JSON.stringify(name)).join(', ');
      throw refuse(
        `Unknown model ${JSON.stringify(modelId)}.${didYouMean(modelId, known)} Available: ${listed}.`,
      );
    },
    embeddingModel(modelId) {
      throw refuse(
        `Unknown embedding model ${JSON.stringify(modelId)}: only language models can be routed.`,
      );
    },
    imageModel(modelId) {
      throw refuse(
        `Unknown image model ${JSON.stringify(modelId)}: only language models can be routed.`,
      );
    },
  };
  return routing;
}

function checkModels<Version extends 'v3' | 'v4'>(
  models: ReadonlyMap<string, { readonly specificationVersion: Version }>,
  router: Pick<Router, 'models'>,
): Version {
  if (models.size === 0) throw refuse('`models` is empty: name at least one model of the router.');
  const pool = new Set(router.models.map(({ name }) => name));
  const unknown = [...models.keys()].find((name) => !pool.has(name));
  if (unknown !== undefined) {
    throw refuse(
      `\`models\` names ${JSON.stringify(unknown)}, which is not among the ${pool.size} models of the router.`,
    );
  }
  return versionOf(models);
}

function neededBy({ prompt, tools, responseFormat }: CallOptions): string[] {
  return neededCapabilities({ messages: prompt, tools, responseFormat });
}

function withMetadata<T extends object>(
  value: T,
  decision: RouteDecision,
  attempts: readonly AttemptRecord[],
): T {
  const previous = 'providerMetadata' in value ? value.providerMetadata : undefined;
  const embedllm = decisionMetadata(decision, attempts);
  return { ...value, providerMetadata: { ...(previous ?? {}), embedllm } };
}

async function discard({ reader }: EarlyStream<unknown>): Promise<void> {
  try {
    await reader.cancel();
  } catch {
    // The stream has failed already; there is nothing left to free.
  }
}
