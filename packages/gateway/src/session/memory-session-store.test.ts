import { expect, it } from 'vitest';
import { MemorySessionStore } from './memory-session-store.js';

it('forgets sessions that were idle for too long', async () => {
  let now = 0;
  const store = new MemorySessionStore(() => now);
  await store.keep('a', 'text', { idleMs: 100, most: 10 });
  now = 99;
  expect(await store.find('a')).toBe('text');
  now = 100;
  expect(await store.find('a')).toBeUndefined();
  now = 0;
  expect(await store.find('a')).toBeUndefined();
});

it('makes room for new ones by those that were kept first', async () => {
  const store = new MemorySessionStore(() => 0);
  for (const name of ['a', 'b', 'a', 'c']) {
    await store.keep(name, `text of ${name}`, { idleMs: 1, most: 2 });
  }
  expect(await store.find('b')).toBeUndefined();
  expect([await store.find('a'), await store.find('c')]).toEqual(['text of a', 'text of c']);
});
