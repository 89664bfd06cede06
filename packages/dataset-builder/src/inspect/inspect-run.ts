import { DataError } from '@embedllm/core';
import type { InspectHeader } from './inspect-header.js';

/** A run of one model on one task, as its log describes it. */
export interface InspectRun
  extends Pick<InspectHeader, 'task' | 'taskVersion' | 'dataset' | 'status'> {
  readonly file: string;
  readonly model: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** How often each sample was run, where the log says it. */
  readonly epochs: number | undefined;
}

/** A run and when it was made, in milliseconds since 1970. */
export interface DatedRun {
  readonly run: InspectRun;
  readonly created: number;
}

/** What a log says of its run, with the model named. */
export function describeRun(
  file: string,
  header: InspectHeader,
  modelName: ((run: InspectRun) => string | undefined) | undefined,
): DatedRun {
  const { task, taskVersion, dataset, status, epochs, created } = header;
  const run = {
    ...{ file, task, taskVersion, dataset, status, epochs },
    model: header.model,
    created: new Date(created).toISOString(),
  };
  return { run: { ...run, model: modelName?.(run) ?? header.model }, created };
}

/** By path; the runs of one model on one task together, the newest first. */
export function inReadingOrder(runs: readonly DatedRun[]): DatedRun[] {
  const groups = new Map<string, DatedRun[]>();
  for (const item of runs) {
    const key = JSON.stringify([item.run.model, item.run.task]);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()].flatMap((group) => group.sort((a, b) => b.created - a.created));
}

/** @throws DataError where runs are to be unique, or it cannot be told which is newer. */
export function assertSupersedes(
  newer: DatedRun,
  older: DatedRun,
  runs: 'newest' | 'merge' | 'refuse' | undefined,
): void {
  const { file, model, task } = older.run;
  const what = `is another run of ${model} on ${task} than ${newer.run.file}`;
  if (runs === 'refuse') {
    throw new DataError(`${what}. Remove one, or let the newest win with runs: 'newest'.`, {
      file,
    });
  }
  if (newer.created === older.created) {
    throw new DataError(`${what}, and both were made at the same time. Remove one.`, { file });
  }
}
