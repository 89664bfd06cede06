import { expect, it } from 'vitest';
import { Turns } from './turns.js';

/** Keeps the processor busy for a while. */
function work(ms: number): void {
  for (const start = performance.now(); performance.now() - start < ms; );
}

it('lets the event loop turn between the work of one request and the next', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const tasks = ['first', 'second', 'third'].map((name) =>
    turns.take(() => {
      order.push(name);
      // What came while the work was done.
      setImmediate(() => order.push('others'));
      work(5);
      return name;
    }),
  );
  expect(await Promise.all(tasks)).toEqual(['first', 'second', 'third']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual(['first', 'others', 'second', 'others', 'third', 'others']);
});

it('does what takes hardly any time at once, until it comes to much', async () => {
  const turns = new Turns();
  const done: number[] = [];
  for (let task = 0; task < 5; task++) void turns.take(() => done.push(task), 1);
  expect(done).toEqual([0, 1, 2]);
  await turns.take(() => undefined);
  expect(done).toEqual([0, 1, 2, 3, 4]);
});

it('continues after work that fails', async () => {
  const turns = new Turns();
  const failing = turns.take(() => {
    throw new Error('no JSON');
  });
  const next = turns.take(() => 'done');
  await expect(failing).rejects.toThrow('no JSON');
  expect(await next).toBe('done');
});
