import { expect, it } from 'vitest';
import { MemorySessionStore } from './session-store.js';

it('forgets sessions that were idle for too long', async () => {
  let now = 0;
  const store = new MemorySessionStore(() => now);
  await store.keep('a', 'model', 10);
  now = 99;
  expect(await store.find('a', 100)).toBe('model');
  now = 100;
  expect(await store.find('a', 100)).toBeUndefined();
  now = 0;
  expect(await store.find('a', 100)).toBeUndefined();
});

it('makes room for new ones by those that were kept first', async () => {
  const store = new MemorySessionStore(() => 0);
  for (const name of ['a', 'b', 'a', 'c']) await store.keep(name, `model of ${name}`, 2);
  expect(await store.find('b', 1)).toBeUndefined();
  expect([await store.find('a', 1), await store.find('c', 1)]).toEqual([
    'model of a',
    'model of c',
  ]);
});
