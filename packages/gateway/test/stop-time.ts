import { vi } from 'vitest';

/**
 * Stops the clock that the gateways of this process go by, so that a test waits for no time to pass, and a slow
 * machine lets none pass too early. Timers run on; `vi.restoreAllMocks` starts the clock again.
 *
 * @returns a function that moves it on, in milliseconds.
 */
export function stopTime(): (ms: number) => void {
  let now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  return (ms) => {
    now += ms;
  };
}
