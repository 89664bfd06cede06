import type { TextOutput } from './command-io.js';

/** How often a bar on a terminal is drawn anew, in milliseconds. */
const TERMINAL_INTERVAL_MS = 100;
/** How often a line is written where nobody watches: in pipes and CI. */
const PIPE_INTERVAL_MS = 5000;
const BAR_WIDTH = 24;

/** Shows how far one piece of long work is. */
export interface ProgressTask {
  /** @param detail - What is being worked on, in a few words. */
  update(done: number, total: number, detail?: string): void;
  /** Takes the bar away. */
  end(): void;
}

/** Shows the progress of long work on standard error. */
export interface Progress {
  /** Begins a piece of work; the one before it ends. */
  start(label: string): ProgressTask;
  /** Takes away a bar that is there, so that a line can be written. */
  clear(): void;
}

/** Shows nothing. */
export function silentProgress(): Progress {
  const task: ProgressTask = { update: () => undefined, end: () => undefined };
  return { start: () => task, clear: () => undefined };
}

/**
 * On a terminal a bar that is drawn over itself; elsewhere plain lines, a few seconds apart, so
 * that logs stay short and work that ends at once says nothing.
 */
export function streamProgress(
  stream: TextOutput,
  now: () => number = () => performance.now(),
): Progress {
  return stream.isTTY === true ? terminalProgress(stream, now) : pipeProgress(stream, now);
}

function terminalProgress(stream: TextOutput, now: () => number): Progress {
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
        update: (done, total, detail) => {
          if (now() - drawnAt < TERMINAL_INTERVAL_MS && done < total) return;
          drawnAt = now();
          const width = (stream.columns ?? 80) - 1;
          stream.write(`\r\u001B[K${barLine(label, done, total, detail).slice(0, width)}`);
          isDrawn = true;
        },
        end: clear,
      };
    },
  };
}

function barLine(label: string, done: number, total: number, detail = ''): string {
  const share = shareOf(done, total);
  const filled = Math.round(BAR_WIDTH * share);
  const bar = '#'.repeat(filled) + '.'.repeat(BAR_WIDTH - filled);
  return `${label} [${bar}] ${String(Math.floor(100 * share)).padStart(3)}% ${detail}`.trimEnd();
}

function pipeProgress(stream: TextOutput, now: () => number): Progress {
  return {
    clear: () => undefined,
    start: (label) => {
      let writtenAt = now();
      return {
        update: (done, total, detail = '') => {
          if (now() - writtenAt < PIPE_INTERVAL_MS) return;
          writtenAt = now();
          const percent = Math.floor(100 * shareOf(done, total));
          stream.write(`${label}: ${percent}% ${detail}`.trimEnd().concat('\n'));
        },
        end: () => undefined,
      };
    },
  };
}

function shareOf(done: number, total: number): number {
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
}
