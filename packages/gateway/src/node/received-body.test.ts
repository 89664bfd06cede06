import { describe, expect, it, vi } from 'vitest';
import { Turns } from '../http/turns.js';
import { ReceivedBody } from './received-body.js';

const piece = (length: number): Uint8Array => new Uint8Array(length);

function received() {
  const flow = { pause: vi.fn(), resume: vi.fn(), abort: vi.fn() };
  return { flow, body: new ReceivedBody(flow, new Turns()) };
}

describe('ReceivedBody', () => {
  it('gives pieces as they come, and at once those that came before they were asked for', async () => {
    const { body } = received();
    const early = body.next();
    body.push(piece(1));
    body.push(piece(2));
    body.push(piece(3));
    body.end();
    const lengths = [(await early).value?.length];
    for await (const { length } of body) lengths.push(length);
    expect(lengths).toEqual([1, 5]);
    expect((await body.next()).done).toBe(true);
  });

  it('takes no more from the connection than is read', async () => {
    const { body, flow } = received();
    body.push(piece(40_000));
    expect(flow.pause).not.toHaveBeenCalled();
    body.push(piece(40_000));
    body.push(piece(40_000));
    expect(flow.pause).toHaveBeenCalledTimes(1);
    expect((await body.next()).value).toHaveLength(120_000);
    expect(flow.resume).toHaveBeenCalledTimes(1);
  });

  it('fails for whoever waits, or after what had come before', async () => {
    const waited = received().body;
    const waiting = waited.next();
    waited.fail(new Error('reset'));
    await expect(waiting).rejects.toThrow('reset');
    const { body } = received();
    body.push(piece(1));
    body.fail(new Error('reset'));
    body.end();
    expect((await body.next()).value).toHaveLength(1);
    await expect(body.next()).rejects.toThrow('reset');
  });

  it('closes the connection when it is given up before its end, and only then', async () => {
    const { body, flow } = received();
    body.push(piece(1));
    body.push(piece(1));
    for await (const _ of body) break;
    expect(flow.abort).toHaveBeenCalledTimes(1);
    expect((await body.next()).done).toBe(true);
    const whole = received();
    whole.body.end();
    await whole.body.return();
    expect(whole.flow.abort).not.toHaveBeenCalled();
  });
});
