import { AttemptTimeoutError } from './attempt.js';

/** How long one attempt may take. */
export interface AttemptTime {
  readonly setting: 'firstTokenMs' | 'answerMs';
  /** Milliseconds; `undefined` for any time. */
  readonly ms: number | undefined;
  /** The caller's own signal. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Does something that has to come to a result in time, whether or not it listens to the signal that
 * it is given. After the result only the caller's signal counts.
 *
 * @throws AttemptTimeoutError when it takes too long; then its signal is aborted.
 */
export async function withinTime<Result>(
  { setting, ms, signal }: AttemptTime,
  action: (signal: AbortSignal | undefined) => Promise<Result>,
): Promise<Result> {
  if (ms === undefined) return await action(signal);
  const controller = new AbortController();
  const both = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new AttemptTimeoutError(setting, ms);
      reject(error);
      controller.abort(error);
    }, ms);
  });
  try {
    return await Promise.race([action(both), late]);
  } finally {
    clearTimeout(timer);
  }
}
