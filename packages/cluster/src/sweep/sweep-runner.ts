import { EmbedLLMError } from '@embedllm/core';
import { type Engine, resolveEngine, trainDirect } from '@embedllm/trainer';
import type { ObjectStore } from '../storage/object-store.js';
import { labelledSet, packObject, plainModel, unpackObject } from './packed-object.js';
import type { SweepJob } from './sweep-jobs.js';

/** Objects that a worker keeps from one step to the next: the data of a sweep is the same in many. */
const KEPT = 3;

/** Does the steps of sweeps, each once. */
export class SweepRunner {
  readonly #storage: ObjectStore;
  readonly #threads: number | undefined;
  readonly #kept = new Map<string, Promise<unknown>>();
  readonly #engines = new Map<string, Promise<Engine>>();

  constructor(storage: ObjectStore, threads: number | undefined) {
    this.#storage = storage;
    this.#threads = threads;
  }

  async run(job: SweepJob, signal: AbortSignal | undefined): Promise<void> {
    if ((await this.#storage.size(job.output, { signal })) !== undefined) return;
    const result = job.kind === 'train' ? await this.#train(job, signal) : await this.#fold(job);
    signal?.throwIfAborted();
    await this.#storage.put(job.output, packObject(result), { signal });
  }

  async close(): Promise<void> {
    for (const engine of this.#engines.values()) await (await engine).dispose();
  }

  async #train(
    { train, validation, settings, engine: name }: SweepJob & { kind: 'train' },
    signal: AbortSignal | undefined,
  ): Promise<object> {
    const opened =
      this.#engines.get(name) ?? resolveEngine({ prefer: [name], threads: this.#threads });
    this.#engines.set(name, opened);
    opened.catch(() => this.#engines.delete(name));
    const { model } = await trainDirect({
      ...settings,
      train: labelledSet(await this.#read(train)),
      validation: validation === undefined ? undefined : labelledSet(await this.#read(validation)),
      engine: await opened,
      signal,
    });
    return plainModel(model);
  }

  async #fold({ pool, fold }: SweepJob & { kind: 'fold' }): Promise<unknown> {
    const { checkFold } = await import('@embedllm/forecaster');
    type FoldOptions = Parameters<typeof checkFold>[0];
    const options = { ...(await this.#read(pool)), ...(await this.#read(fold)) };
    if (!('answers' in options && 'leftOut' in options)) {
      throw new EmbedLLMError(`${pool} is not an answer pool.`, { code: 'invalid-data' });
    }
    return checkFold(options as unknown as FoldOptions);
  }

  /** What an object holds, read once for the steps that follow each other. */
  async #read(key: string): Promise<object> {
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    const read = known ?? this.#storage.get(key).then((bytes) => unpackObject<object>(bytes));
    read.catch(() => this.#kept.delete(key));
    this.#kept.set(key, read);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    return (await read) as object;
  }
}
