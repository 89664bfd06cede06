import { type AddressInfo, connect, createServer } from 'node:net';
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

it('lets connections have their turn too, however many take turns', async () => {
  const server = createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let isAnswered = false;
  const { port } = server.address() as AddressInfo;
  connect(port, '127.0.0.1').once('data', () => {
    isAnswered = true;
  });
  let turns = 0;
  const work = async (): Promise<void> => {
    for (; !isAnswered && turns < 200; turns++) {
      workFor(3);
      await nextTurn();
    }
  };
  await Promise.all([work(), work()]);
  server.close();
  expect(turns).toBeLessThan(200);
});

it('throws the reason of a signal that was aborted meanwhile', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  setImmediate(() => controller.abort(reason));
  await expect(nextTurn(controller.signal)).rejects.toBe(reason);
  const pause = createPause(controller.signal);
  workFor(60);
  await expect(pause()).rejects.toBe(reason);
});
