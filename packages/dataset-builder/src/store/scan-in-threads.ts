import { Worker } from 'node:worker_threads';
import { scanWorkerUrl } from '../scan-worker-url.js';
import { ReaderCodes } from './long-csv-merger.js';
import type { LongCsvPart } from './long-csv-part.js';
import type { LongCsvColumns } from './long-csv-reader.js';

/** A file for threads to scan. */
export interface ScanTask extends LongCsvColumns {
  readonly file: string;
  /** Length of the file. */
  readonly bytes: number;
}

/** A part for a thread: the records that start at `from` or after it, and before `until`. */
export interface ScanRequest {
  readonly index: number;
  readonly from: number;
  readonly until: number;
}

/** What a thread found in a part, and where it really starts and ends; or that it gave up. */
export type ScanAnswer =
  | {
      readonly index: number;
      readonly start: number;
      readonly end: number;
      readonly part: LongCsvPart;
    }
  | { readonly index: number; readonly failed: string };

/** Parts for each thread that may be found and not taken yet: what they hold is in memory. */
const PARTS_AHEAD = 3;

/** How the work is divided. */
export interface ScanThreads {
  readonly threads: number;
  readonly parts: number;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes: (count: number) => void;
}

/**
 * Threads gave up, because a part is malformed, a record's start was guessed wrongly, or no thread
 * could be started. Reading the file in one go shows it.
 */
export class ScanGaveUp extends Error {}

/**
 * Scans a long CSV file in threads, each part of it by the next that is free, and hands the parts on
 * in their order.
 *
 * Where a part starts is guessed: a line break may stand in quotes. That it was right is known once
 * the part before is read, which must end there; parts are handed on only then.
 *
 * @throws ScanGaveUp; what `take` throws; the signal's reason.
 */
export async function scanInThreads(
  task: ScanTask,
  { threads, parts, signal, onBytes }: ScanThreads,
  take: (part: LongCsvPart, codes: ReaderCodes) => void,
): Promise<void> {
  signal?.throwIfAborted();
  const edges = Array.from({ length: parts + 1 }, (_, n) => Math.round((n / parts) * task.bytes));
  const waiting = new Map<number, { answer: ScanAnswer; codes: ReaderCodes }>();
  const workers: Worker[] = [];
  const idle: Worker[] = [];
  let asked = 0;
  let taken = 0;
  let end = 0;
  const ask = (worker: Worker): void => {
    if (asked - taken >= PARTS_AHEAD * threads || asked === parts) {
      idle.push(worker);
      return;
    }
    const index = asked++;
    const from = edges[index]!;
    const until = edges[index + 1]!;
    worker.postMessage({ index, from, until } satisfies ScanRequest);
  };
  const takeInOrder = (): void => {
    for (let next = waiting.get(taken); next !== undefined; next = waiting.get(taken)) {
      waiting.delete(taken);
      const { answer, codes } = next;
      if ('failed' in answer) throw new ScanGaveUp(answer.failed);
      if (answer.start !== end) throw new ScanGaveUp('a part starts elsewhere than guessed');
      end = answer.end;
      take(answer.part, codes);
      onBytes(edges[taken + 1]! - edges[taken]!);
      taken++;
    }
  };
  let isOver = false;
  let stop: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      stop = () => {
        isOver = true;
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', stop);
      for (let count = 0; count < Math.min(threads, parts); count++) {
        const worker = new Worker(scanWorkerUrl, { workerData: task });
        const codes = new ReaderCodes();
        workers.push(worker);
        worker.on('error', (error) => reject(new ScanGaveUp(error.message)));
        worker.on('exit', () => reject(new ScanGaveUp('a thread ended')));
        worker.on('message', (answer: ScanAnswer) => {
          if (isOver) return;
          // The thread continues while this one takes what it found.
          ask(worker);
          waiting.set(answer.index, { answer, codes });
          try {
            takeInOrder();
          } catch (error) {
            isOver = true;
            reject(error);
          }
          for (const waiter of idle.splice(0)) ask(waiter);
          if (taken === parts) resolve();
        });
        ask(worker);
      }
    });
  } finally {
    if (stop !== undefined) signal?.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
