import { EmbedLLMError } from '@embedllm/core';
import {
  type CollectOptions,
  type CollectQuestion,
  type CollectRecord,
  collect,
  type ResolvedModel,
} from '@embedllm/dataset-builder/collect';
import type { Context } from '../../program/context.js';

/** What is asked and marked. */
export interface MarkingOptions extends Omit<CollectOptions, 'models' | 'questions'> {
  /** By their position. */
  readonly models: readonly ResolvedModel[];
  readonly questions: readonly CollectQuestion[];
  /** Whether answers are shown to a person, one at a time, and in mixed order. */
  readonly isPerson: boolean;
}

/** Answers to requests and their marks, asked for as they are needed. */
export class MarkedAnswers {
  readonly #context: Context;
  readonly #options: MarkingOptions;
  readonly #records = new Map<string, CollectRecord>();
  readonly #asked = new Set<string>();
  /** The budget left no room for an answer. */
  isStopped = false;

  constructor(context: Context, options: MarkingOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Asks and marks what is not there yet, in the order given. */
  async need(pairs: readonly (readonly [request: number, model: number])[]): Promise<void> {
    const fresh = pairs.filter(([request, model]) => {
      const key = keyOf(request, model);
      return !this.#asked.has(key) && this.#asked.add(key);
    });
    if (this.#options.isPerson) {
      for (const [request, model] of fresh) await this.#collect(model, [request]);
      return;
    }
    for (const model of this.#options.models.keys()) {
      const requests = fresh.filter((pair) => pair[1] === model).map(([request]) => request);
      if (requests.length > 0) await this.#collect(model, requests);
    }
  }

  /** How good an answer was; `undefined` where it did not come or could not be marked. */
  outcome(request: number, model: number): number | undefined {
    const { status, outcome } = this.#records.get(keyOf(request, model)) ?? {};
    return status === 'ok' ? (outcome ?? undefined) : undefined;
  }

  /** What it did cost in US dollars. */
  costUsd(request: number, model: number): number | undefined {
    return this.#records.get(keyOf(request, model))?.cost;
  }

  /** Marked answers. */
  get marks(): number {
    return [...this.#records.values()].filter(({ outcome }) => outcome !== null).length;
  }

  /** Answers that did not come or could not be marked. */
  get undecided(): number {
    return this.#asked.size - this.marks;
  }

  async #collect(model: number, requests: readonly number[]): Promise<void> {
    if (this.isStopped) return;
    const { models, questions, isPerson, ...options } = this.#options;
    const asked = requests.flatMap((request) => questions[request] ?? []);
    const task = isPerson ? undefined : this.#context.progress.start('Asking');
    const result = await collect({
      ...options,
      models: models.slice(model, model + 1),
      questions: asked,
      concurrency: isPerson ? 1 : options.concurrency,
      onProgress: task?.onProgress,
    }).finally(() => task?.end());
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
