import { setMaxListeners } from 'node:events';
import { EmbedLLMError, type Progress } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import type { Backbone } from '../connection/backbone.js';
import { watchWorkers } from '../worker/watch-workers.js';
import { describeWorkers, listWorkers } from '../worker/worker-status.js';
import { JobBoard } from './job-board.js';

/** A job of a run. */
export interface RunJob {
  /** Tells jobs apart: adding the same one twice runs it once. */
  readonly id: string;
  readonly data: object;
  /** Names it where it fails: `Encoding texts/a.jsonl`. */
  readonly name: string;
}

/** How jobs are run. */
export interface RunJobsOptions {
  readonly queue: string;
  readonly jobs: readonly RunJob[];
  /** What they are called in progress. */
  readonly phase: string;
  readonly unit: string;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Called with each result as it comes. */
  readonly onResult?: ((result: unknown, index: number) => void) | undefined;
}

/** Jobs that are in Redis at a time: 1 kB each. */
const OPEN_JOBS = 1000;
/** Workers come and go while nothing else happens. */
const REPORT_MS = 5000;

/**
 * Runs jobs on all workers.
 *
 * @throws EmbedLLMError naming the first job that fails, after the others were stopped.
 */
export async function runJobs(backbone: Backbone, options: RunJobsOptions): Promise<void> {
  const { queue, jobs, phase, unit, signal, onProgress, onResult } = options;
  const board = new JobBoard(backbone, queue);
  const failing = new AbortController();
  const ended = signal ? AbortSignal.any([signal, failing.signal]) : failing.signal;
  // Each job that waits listens.
  setMaxListeners(0, ended);
  let next = 0;
  let done = 0;
  let detail = '';
  const report = (): void => onProgress?.({ phase, done, total: jobs.length, unit, detail });
  const lookAround = async (): Promise<void> => {
    detail = describeWorkers(await listWorkers(backbone).catch(() => []));
    report();
  };
  const work = async (): Promise<void> => {
    while (next < jobs.length) {
      const index = next++;
      const { id, data, name } = jobs[index] as RunJob;
      const result = await board.run(id, data, ended).catch((cause: unknown) => {
        if (!(cause instanceof EmbedLLMError)) throw cause;
        const reason = reasonOf(cause);
        const { address } = backbone.storage;
        // A folder may have another path on another machine; else the worker looks elsewhere.
        const isElsewhere = /There is no object .* in /.test(reason) && !reason.includes(address);
        const advice = isElsewhere
          ? ` Start workers with the storage of this run, ${address}.`
          : '';
        const text = `${name} failed: ${reason}${advice}`;
        throw new EmbedLLMError(text, { code: cause.code, cause });
      });
      done++;
      onResult?.(result, index);
      report();
    }
  };
  const waiting = setInterval(() => void lookAround(), REPORT_MS);
  const unwatch = watchWorkers(backbone, () => done < jobs.length);
  try {
    await lookAround();
    const lanes = Math.min(OPEN_JOBS, jobs.length);
    await Promise.all(Array.from({ length: lanes }, work)).catch((error: unknown) => {
      failing.abort(error);
      signal?.throwIfAborted();
      throw error;
    });
  } finally {
    clearInterval(waiting);
    unwatch();
    await board.close();
  }
}
