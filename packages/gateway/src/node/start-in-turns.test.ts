import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { startInTurns } from './start-in-turns.js';

let server: Server | undefined;
afterEach(() => server?.close());

/** What a server says to so many requests in one packet. */
async function answersTo(requests: number, listener: RequestListener): Promise<string> {
  server = createServer(startInTurns(listener));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  socket.on('error', () => undefined);
  const paths = Array.from({ length: requests }, (_, index) => `/${index}`);
  const last = 'GET /last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`).join('') + last);
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

it('answers requests of one packet in their order, some a turn', async () => {
  let turn = 0;
  const starts: number[] = [];
  const text = await answersTo(50, ({ url }, response) => {
    starts[turn] = (starts[turn] ?? 0) + 1;
    setImmediate(() => turn++);
    response.end(`<${url}>`);
  });
  expect(text.match(/<[^>]+>/g)).toEqual([...Array(50).keys(), 'last'].map((name) => `</${name}>`));
  expect(starts.filter((count) => count > 16)).toEqual([]);
  expect(starts.reduce((sum, count) => sum + count)).toBe(51);
});

it('closes a connection that does not wait for answers', async () => {
  let begun = 0;
  const text = await answersTo(1000, () => begun++);
  expect(text).toBe('');
  expect(begun).toBeLessThanOrEqual(64);
});

it('serves checks of health while others wait', async () => {
  const order: string[] = [];
  server = createServer();
  const listener = startInTurns(({ url }) => order.push(url ?? ''));
  const socket = { destroyed: false };
  const ask = (url: string) =>
    listener({ url, socket } as never, { once: () => undefined } as never);
  for (let index = 0; index < 30; index++) ask('/v1/models');
  ask('/healthz');
  expect(order).toHaveLength(17);
  expect(order.at(-1)).toBe('/healthz');
  await expect.poll(() => order.length).toBe(31);
});
