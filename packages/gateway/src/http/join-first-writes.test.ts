import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { joinFirstWrites } from './join-first-writes.js';

it('holds the head of an answer until its first part is written, and no longer', async () => {
  const waiting: number[] = [];
  const server = createServer((_, outgoing) => {
    const note = () => waiting.push(outgoing.socket?.writableLength ?? -1);
    joinFirstWrites({ outgoing });
    outgoing.flushHeaders();
    note();
    outgoing.write('first');
    setImmediate(() => {
      note();
      outgoing.end('second');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await answer.text()).toBe('firstsecond');
  expect(waiting).toEqual([expect.any(Number), 0]);
  expect(waiting[0]).toBeGreaterThan(0);
  server.close();
});

it('leaves other runtimes alone', () => {
  joinFirstWrites(undefined);
  joinFirstWrites({ outgoing: {} });
});
