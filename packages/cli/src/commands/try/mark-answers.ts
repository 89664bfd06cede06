import { EmbedLLMError } from '@embedllm/core';
import {
  type CollectOptions,
  type CollectQuestion,
  type CollectRecord,
  collect,
  planCollect,
  type ResolvedModel,
} from '@embedllm/dataset-builder/collect';
import type { Context } from '../../program/context.js';
import type { ReusedAnswers } from './reused-answers.js';

/** What is asked and marked. */
export interface MarkingOptions extends Omit<CollectOptions, 'models' | 'questions'> {
  /** By their position. */
  readonly models: readonly ResolvedModel[];
  readonly questions: readonly CollectQuestion[];
  /** Whether answers are shown to a person, one at a time, and in mixed order. */
  readonly isPerson: boolean;
  /** Answers whose outcome is known are neither asked for nor marked. */
  readonly known?: ReusedAnswers['known'] | undefined;
  /** Called before each answer that a person marks. */
  readonly onNext?: ((place: MarkingPlace) => void) | undefined;
}

/** Where in its work a person is. */
export interface MarkingPlace {
  /** Of the next answer, from 1. */
  readonly next: number;
  /** Answers to mark for the policies tested so far, and at most, if bolder ones follow. */
  readonly needed: number;
  readonly most: number;
}

type Pair = readonly [request: number, model: number];

/** Answers to requests and their marks, asked for as they are needed. */
export class MarkedAnswers {
  readonly #context: Context;
  readonly #options: MarkingOptions;
  readonly #records = new Map<string, CollectRecord>();
  readonly #asked = new Set<string>();
  readonly #knownRequests = new Set<number>();
  #called = 0;
  /** The budget left no room for an answer. */
  isStopped = false;

  constructor(context: Context, options: MarkingOptions) {
    this.#context = context;
    this.#options = options;
  }

  /**
   * Asks and marks what is not there yet, in the order given.
   *
   * @param all - What may be needed later as well.
   */
  async need(pairs: readonly Pair[], all: readonly Pair[] = pairs): Promise<void> {
    const fresh = pairs.filter(([request, model]) => {
      if (this.#known(request, model)) {
        this.#knownRequests.add(request);
        return false;
      }
      const key = keyOf(request, model);
      return !this.#asked.has(key) && this.#asked.add(key);
    });
    if (this.#options.isPerson) {
      const needed = this.#called + (await this.#count(fresh));
      const later = all.filter(
        ([request, model]) =>
          !this.#known(request, model) && !this.#asked.has(keyOf(request, model)),
      );
      const most = needed + (await this.#count(later));
      for (const [request, model] of fresh) {
        this.#options.onNext?.({ next: this.#called + 1, needed, most });
        await this.#collect(model, [request]);
      }
      return;
    }
    for (const model of this.#options.models.keys()) {
      const requests = fresh.filter((pair) => pair[1] === model).map(([request]) => request);
      if (requests.length > 0) await this.#collect(model, requests);
    }
  }

  /** How good an answer was; `undefined` where it did not come or could not be marked. */
  outcome(request: number, model: number): number | undefined {
    const known = this.#known(request, model);
    if (known) return known.outcome;
    const { status, outcome } = this.#records.get(keyOf(request, model)) ?? {};
    return status === 'ok' ? (outcome ?? undefined) : undefined;
  }

  /** What it did cost in US dollars, without what marking it did. */
  costUsd(request: number, model: number): number | undefined {
    const known = this.#known(request, model);
    if (known) return known.costUsd;
    const { inputTokens, outputTokens, cost } = this.#records.get(keyOf(request, model)) ?? {};
    const { pricePerMillionInputTokens: read, pricePerMillionOutputTokens: written } =
      this.#options.models[model] ?? {};
    if (inputTokens === undefined || outputTokens === undefined) return cost;
    if (read === undefined || written === undefined) return cost;
    return (inputTokens * read + outputTokens * written) / 1e6;
  }

  /** Marked answers. */
  get marks(): number {
    return [...this.#records.values()].filter(({ outcome }) => outcome !== null).length;
  }

  /** Requests that were judged by known outcomes. */
  get knownRequests(): number {
    return this.#knownRequests.size;
  }

  /** Answers that did not come or could not be marked. */
  get undecided(): number {
    return this.#asked.size - this.marks;
  }

  #known(request: number, model: number): ReturnType<ReusedAnswers['known']> {
    return this.#options.known?.(request, model);
  }

  /** How many of these the record does not have. */
  async #count(pairs: readonly Pair[]): Promise<number> {
    let calls = 0;
    for (const model of this.#options.models.keys()) {
      const requests = pairs.filter((pair) => pair[1] === model).map(([request]) => request);
      if (requests.length === 0) continue;
      calls += (await planCollect(this.#calls(model, requests))).calls;
    }
    return calls;
  }

  #calls(model: number, requests: readonly number[]): CollectOptions {
    const { models, questions, isPerson, known: _, onNext: __, ...options } = this.#options;
    return {
      ...options,
      models: models.slice(model, model + 1),
      questions: requests.flatMap((request) => questions[request] ?? []),
      concurrency: isPerson ? 1 : options.concurrency,
    };
  }

  async #collect(model: number, requests: readonly number[]): Promise<void> {
    if (this.isStopped) return;
    const calls = this.#calls(model, requests);
    const asked = calls.questions;
    const task = this.#options.isPerson ? undefined : this.#context.progress.start('Asking');
    const result = await collect({ ...calls, onProgress: task?.onProgress }).finally(() =>
      task?.end(),
    );
    this.#called += result.calls;
    const requestOf = new Map(asked.map(({ id }, index) => [id, requests[index] ?? 0]));
    for (const record of result.records) {
      this.#records.set(keyOf(requestOf.get(record.questionId) ?? -1, model), record);
    }
    this.isStopped = result.stopped === 'budget';
    for (const { name, stopped } of result.models) {
      if (stopped === undefined) continue;
      if (this.isStopped) this.#context.warn(`${name}: ${stopped}`);
      // Without its answers no policy can pass, and further marks of the others would be wasted.
      else throw new EmbedLLMError(`${name} could not be asked: ${stopped}`, { code: 'http' });
    }
  }
}

function keyOf(request: number, model: number): string {
  return `${request} ${model}`;
}
