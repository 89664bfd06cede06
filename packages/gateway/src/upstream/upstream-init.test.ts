import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { Cancellation } from '../cancellation.js';
import { UpstreamInit } from './upstream-init.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const init = (cancellation = new Cancellation()): UpstreamInit =>
  new UpstreamInit({
    headers: { accept: '*/*' },
    pieces: [bytes('{"a"'), bytes(':1}')],
    cancellation,
  });

describe('the request of a call', () => {
  it('keeps all its members where a transport spreads it', () => {
    const { body, onAbort, signal, ...plain } = { ...init() };
    expect(new TextDecoder().decode(body)).toBe('{"a":1}');
    expect(signal).toBeInstanceOf(AbortSignal);
    expect(onAbort).toBeInstanceOf(Function);
    expect(plain).toMatchObject({ method: 'POST', redirect: 'manual', headers: { accept: '*/*' } });
  });

  it('is cancelled with its call', () => {
    const cancellation = new Cancellation();
    const { signal, onAbort } = init(cancellation);
    let heard = 0;
    onAbort(() => {
      heard++;
    });
    cancellation.abort(new Error('enough'));
    expect([signal.aborted, heard]).toEqual([true, 1]);
  });

  // Else each request is kept, with all that it refers to, until the next full collection.
  it('has the hidden class of all others', () => {
    setFlagsFromString('--allow-natives-syntax');
    const haveSameMap = new Function('one', 'other', 'return %HaveSameMap(one, other)');
    expect(haveSameMap(init(), init())).toBe(true);
  });
});
