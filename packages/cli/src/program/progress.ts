import type { Progress } from '@embedllm/core';
import type { TextOutput } from './command-io.js';

/** How often a bar on a terminal is redrawn, in milliseconds. */
const TERMINAL_INTERVAL_MS = 100;
/** How often a line is written where nobody watches: in pipes and CI. */
const PIPE_INTERVAL_MS = 5000;
const BAR_WIDTH = 24;

/** Shows how far one piece of long work is. */
export interface ProgressTask {
  /** What `onProgress` of the libraries is set to. */
  readonly onProgress: (progress: Progress) => void;
  /** Takes the bar away. */
  end(): void;
}

/** Shows the progress of long work on standard error. */
export interface ProgressDisplay {
  /** Begins a piece of work; the one before it ends. */
  start(label: string): ProgressTask;
  /** Takes away a bar that is there, so that a line can be written. */
  clear(): void;
}

/** Shows nothing. */
export function silentProgress(): ProgressDisplay {
  const task: ProgressTask = { onProgress: () => undefined, end: () => undefined };
  return { start: () => task, clear: () => undefined };
}

/**
 * On a terminal a bar that is drawn over itself; elsewhere plain lines, a few seconds apart, so
 * that logs stay short and work that ends at once says nothing.
 */
export function streamProgress(
  stream: TextOutput,
  now: () => number = () => performance.now(),
): ProgressDisplay {
  return stream.isTTY === true ? terminalProgress(stream, now) : pipeProgress(stream, now);
}

function terminalProgress(stream: TextOutput, now: () => number): ProgressDisplay {
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) stream.write('\r\u001B[K');
    isDrawn = false;
  };
  return {
    clear,
    start: (label) => {
      clear();
      let drawnAt = Number.NEGATIVE_INFINITY;
      return {
        onProgress: (progress) => {
          if (now() - drawnAt < TERMINAL_INTERVAL_MS && progress.done < progress.total) return;
          drawnAt = now();
          const width = (stream.columns ?? 80) - 1;
          stream.write(`\r\u001B[K${barLine(label, progress).slice(0, width)}`);
          isDrawn = true;
        },
        end: clear,
      };
    },
  };
}

function barLine(label: string, progress: Progress): string {
  const share = shareOf(progress);
  const filled = Math.round(BAR_WIDTH * share);
  const bar = '#'.repeat(filled) + '.'.repeat(BAR_WIDTH - filled);
  return `${label} [${bar}] ${String(Math.floor(100 * share)).padStart(3)}% ${detailOf(progress)}`.trimEnd();
}

function pipeProgress(stream: TextOutput, now: () => number): ProgressDisplay {
  return {
    clear: () => undefined,
    start: (label) => {
      let writtenAt = now();
      return {
        onProgress: (progress) => {
          if (now() - writtenAt < PIPE_INTERVAL_MS) return;
          writtenAt = now();
          const percent = Math.floor(100 * shareOf(progress));
          stream.write(`${label}: ${percent}% ${detailOf(progress)}`.trimEnd().concat('\n'));
        },
        end: () => undefined,
      };
    },
  };
}

/** What is being worked on; else how much of what is counted is done, or the phase. */
function detailOf({ phase, done, total, unit, detail }: Progress): string {
  return detail ?? (unit === undefined ? phase : `${done} of ${total} ${unit}`);
}

function shareOf({ done, total }: Progress): number {
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
}
