import { expect, it } from 'vitest';
import { Turns } from './turns.js';

it('lets the event loop turn between the work of one request and the next', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const work = ['first', 'second', 'third'].map((name) =>
    turns.take(() => {
      order.push(name);
      // What came while the work was done.
      setImmediate(() => order.push('others'));
      return name;
    }),
  );
  expect(await Promise.all(work)).toEqual(['first', 'second', 'third']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual(['first', 'others', 'second', 'others', 'third', 'others']);
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
