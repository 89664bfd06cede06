import { describe, expect, it } from 'vitest';
import { Cancellation } from '../cancellation.js';
import { HeldBytes } from './held-bytes.js';

const settings = { heldBytes: 1000, queueTimeoutMs: 20 };
const signal = new Cancellation();

/** Whether what is asked for is there already. */
async function isThere(taking: Promise<unknown>): Promise<boolean> {
  let isDone = false;
  taking.then(
    () => {
      isDone = true;
    },
    () => undefined,
  );
  await new Promise((resolve) => setImmediate(resolve));
  return isDone;
}

describe('HeldBytes', () => {
  it('gives each client half of what the others leave', async () => {
    const held = new HeldBytes(settings);
    await held.take(500, signal, 'a');
    await expect(held.take(1, signal, 'a')).rejects.toMatchObject({ status: 429 });
    await held.take(250, signal, 'b');
    await held.take(125, signal, 'c');
    await expect(held.take(63, signal, 'd')).rejects.toMatchObject({ status: 429 });
    await held.take(62, signal, 'd');
    expect(held.total).toBe(937);
  });

  it('lets those wait that do not fit, each client in order', async () => {
    const held = new HeldBytes({ ...settings, queueTimeoutMs: 10_000 });
    const first = await held.take(400, signal, 'a');
    const long = held.take(300, signal, 'a');
    const short = held.take(10, signal, 'a');
    const other = held.take(200, signal, 'b');
    expect(await isThere(other)).toBe(true);
    expect([await isThere(long), await isThere(short)]).toEqual([false, false]);
    first.release();
    first.release();
    await Promise.all([long, short]);
    expect(held.total).toBe(510);
  });

  it('gives room back that turns out not to be needed', async () => {
    const held = new HeldBytes({ ...settings, queueTimeoutMs: 10_000 });
    const first = await held.take(500, signal, 'a');
    const next = held.take(200, signal, 'a');
    first.shrink(300);
    await next;
    first.shrink(400);
    first.release();
    (await next).release();
    expect(held.total).toBe(0);
  });

  it('forgets who has gone', async () => {
    const held = new HeldBytes({ ...settings, queueTimeoutMs: 10_000 });
    const first = await held.take(500, signal, 'a');
    const leaving = new Cancellation();
    const gone = held.take(500, leaving, 'a');
    leaving.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    first.release();
    expect(held.total).toBe(0);
    await held.take(500, signal, 'a');
  });
});
