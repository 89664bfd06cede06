import type { ObjectStore } from '../storage/object-store.js';
import { toBytes, toNumbers } from './number-object.js';
import type { ReduceJob } from './training-jobs.js';

/** Objects that are read ahead of the one that is added. */
const AHEAD = 8;

/** Adds a stretch of objects in their order, so that the bits are those of one process. */
export async function reduceStretch(
  storage: ObjectStore,
  { keys, start, end, output }: ReduceJob,
  signal: AbortSignal | undefined,
): Promise<void> {
  const sum = new Float64Array(end - start);
  const range = { start: 8 * start, end: 8 * end };
  const reading: Promise<Uint8Array>[] = [];
  const read = (index: number): void => {
    const key = keys[index];
    if (key === undefined) return;
    const bytes = storage.get(key, { range, signal });
    // Awaited in its turn; until then nobody listens.
    bytes.catch(() => {});
    reading[index] = bytes;
  };
  for (let index = 0; index < AHEAD; index++) read(index);
  for (const [index, key] of keys.entries()) {
    const numbers = toNumbers((await reading[index]) ?? new Uint8Array(), sum.length, key);
    delete reading[index];
    read(index + AHEAD);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (numbers[i] ?? 0);
  }
  await storage.put(output, toBytes(sum), { signal });
}
