import { expect, it } from 'vitest';
import { channelTo } from '../../../test/channel-to.js';
import { MemorySessionStore } from '../../session/memory-session-store.js';
import { sessionsForWorker, WorkerSessionStore } from './worker-session-store.js';

it('workers share the sessions of the first process', async () => {
  const store = new MemorySessionStore();
  const [first, second] = [0, 1].map(
    () => new WorkerSessionStore(channelTo(sessionsForWorker(store))),
  );
  await first?.keep('session', 'text', { idleMs: 1000, most: 10 });
  expect(await second?.find('session')).toBe('text');
  expect(await second?.find('other')).toBeUndefined();
});
