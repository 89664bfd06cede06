import { expect, it } from 'vitest';
import { createPause, nextTurn } from './pause.js';

function workFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('pauses after a while of work, and lets timers run then', async () => {
  const pause = createPause(undefined);
  expect(pause()).toBe(false);
  let ran = false;
  setTimeout(() => {
    ran = true;
  }, 0);
  workFor(60);
  expect(await pause()).toBe(true);
  expect(ran).toBe(true);
  expect(pause()).toBe(false);
});

it('throws the reason of a signal that was aborted meanwhile', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  setTimeout(() => controller.abort(reason), 0);
  await expect(nextTurn(controller.signal)).rejects.toBe(reason);
  const pause = createPause(controller.signal);
  workFor(60);
  await expect(pause()).rejects.toBe(reason);
});
