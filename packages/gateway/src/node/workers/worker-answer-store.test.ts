import { expect, it } from 'vitest';
import { channelTo } from '../../../test/channel-to.js';
import { MemoryAnswerStore } from '../../idempotency/memory-answer-store.js';
import { answersForWorker, WorkerAnswerStore } from './worker-answer-store.js';

const claim = { name: 'k', fingerprint: 'f', maxAgeMs: 1000, maxBytes: 10_000 };
const record = { status: 200, headers: [], pieces: [new Uint8Array([1])] };

it('what a worker claimed goes to another one when it ends', async () => {
  const store = new MemoryAnswerStore();
  const ofFirst = answersForWorker(store);
  const first = new WorkerAnswerStore(channelTo(ofFirst.handlers));
  const second = new WorkerAnswerStore(channelTo(answersForWorker(store).handlers));
  expect(await first.claim(claim)).toMatchObject({ state: 'claimed' });
  const ofSecond = second.claim(claim);
  // It waits when its worker ends, and must not be given what it waits for.
  const late = first.claim(claim);
  await ofFirst.releaseAll();
  const claimed = await ofSecond;
  expect(claimed).toMatchObject({ state: 'claimed' });
  if (claimed.state === 'claimed') await second.finish(claimed.id, record);
  expect(await late).toEqual({ state: 'answered', record });
  expect(await second.claim({ ...claim, fingerprint: 'g' })).toEqual({ state: 'different' });
});

it('a claim that comes through after its worker has ended is given up', async () => {
  const store = new MemoryAnswerStore();
  const held = await store.claim(claim);
  const worker = answersForWorker(store);
  const late = new WorkerAnswerStore(channelTo(worker.handlers)).claim(claim);
  await worker.releaseAll();
  if (held.state === 'claimed') await store.finish(held.id, undefined);
  await late;
  expect(await store.claim(claim)).toMatchObject({ state: 'claimed' });
});
