import { type Answer, EmbedLLMError, type Progress } from '@embedllm/core';
import {
  forecastBenchmarks,
  type ModelBenchmarksForecast,
} from '../forecast/forecast-benchmarks.js';
import type { ItemResponsePool } from '../forecast/item-response-pool.js';
import { selectQuestions } from './select-questions.js';

/** What `evaluateAdaptively` takes. */
export interface EvaluateAdaptivelyOptions {
  /** What `fitItemResponse` gave. */
  readonly pool: ItemResponsePool;
  /** Asks the model these questions, by identifier, and marks its answers. */
  readonly ask: (
    questions: readonly string[],
    options: { signal: AbortSignal | undefined },
  ) => Promise<Iterable<Answer>> | Iterable<Answer>;
  /** Stops once every interval of the targets is at most this far from its ends, in (0, 0.5]. */
  readonly halfWidth: number;
  /** Confidence of the intervals, in (0, 1). @default 0.95 */
  readonly confidence?: number | undefined;
  /** Benchmarks whose accuracies matter. @default all */
  readonly benchmarks?: readonly string[] | undefined;
  /** Questions that may be asked. @default every question of the pool */
  readonly candidates?: readonly string[] | undefined;
  /** Answers that exist already. @default none */
  readonly responses?: Iterable<Answer> | undefined;
  /** Questions asked at a time, 1 or more. @default 10 */
  readonly batchSize?: number | undefined;
  /** Most answers in all. @default the number of candidates */
  readonly limit?: number | undefined;
  /** Name of the model, for the report. */
  readonly model?: string | undefined;
  /** Unsigned 32-bit integer. @default 0 */
  readonly seed?: number | undefined;
  /** Stops before the next batch, and is handed to `ask`. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch with the answers so far; the widest half-width is the detail. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What `evaluateAdaptively` gives. */
export interface AdaptiveEvaluation {
  readonly forecast: ModelBenchmarksForecast;
  /** All answers, in the order they came. */
  readonly responses: readonly Answer[];
  /** Why it ended: precise enough, at the limit, or no question left. */
  readonly reason: 'precise' | 'limit' | 'exhausted';
}

/**
 * Asks a model the most informative questions, a batch at a time, until its forecast is precise:
 * "stop when the half-width is under 2 points". Intervals come from a posterior, which does not
 * depend on when one looks at it, so that stopping early does not bias it; its prior and
 * calibration still have to fit the model.
 *
 * @throws EmbedLLMError `invalid-argument` on options out of range, and when `ask` leaves out
 * questions; whatever `ask` throws; the signal's reason.
 */
export async function evaluateAdaptively(
  options: EvaluateAdaptivelyOptions,
): Promise<AdaptiveEvaluation> {
  const { pool, ask, halfWidth, confidence, signal, model, batchSize = 10, seed = 0 } = options;
  const targets = new Set(options.benchmarks ?? pool.benchmarks);
  const { limit = options.candidates?.length ?? pool.questions.length } = options;
  if (!(halfWidth > 0 && halfWidth <= 0.5)) {
    throw new EmbedLLMError(
      `The half-width must be above 0 and at most 0.5 (0.02 for two points), but is ${halfWidth}.`,
      { code: 'invalid-argument' },
    );
  }
  const responses = [...(options.responses ?? [])];
  for (;;) {
    signal?.throwIfAborted();
    const forecast = forecastBenchmarks({
      pool,
      model,
      responses,
      sample: 'chosen',
      confidence,
      seed,
    });
    const widest = Math.max(
      ...forecast.benchmarks
        .filter(({ benchmark }) => targets.has(benchmark))
        .map(({ accuracy, lower, upper }) => Math.max(upper - accuracy, accuracy - lower)),
    );
    options.onProgress?.({
      phase: 'ask',
      done: responses.length,
      total: limit,
      unit: 'answers',
      detail: `±${(100 * widest).toFixed(1)} points`,
    });
    if (widest <= halfWidth) return { forecast, responses, reason: 'precise' };
    if (responses.length >= limit) return { forecast, responses, reason: 'limit' };
    const next = selectQuestions({
      pool,
      responses,
      count: Math.min(batchSize, limit - responses.length),
      benchmarks: options.benchmarks,
      candidates: options.candidates,
      seed,
    });
    if (next.length === 0) return { forecast, responses, reason: 'exhausted' };
    const answers = [...(await ask(next, { signal }))];
    const answered = new Set(answers.map(({ question }) => question));
    const unanswered = next.filter((question) => !answered.has(question));
    if (unanswered.length > 0) {
      throw new EmbedLLMError(
        `${unanswered.length} of ${next.length} questions were not answered, such as ${JSON.stringify(unanswered[0])}. Mark failed answers as wrong.`,
        { code: 'invalid-argument' },
      );
    }
    responses.push(...answers);
  }
}
