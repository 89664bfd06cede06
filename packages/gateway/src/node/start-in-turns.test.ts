import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { startInTurns } from './start-in-turns.js';

let server: Server | undefined;
afterEach(() => server?.close());

async function serve(listener: RequestListener): Promise<Server> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return server;
}

/** A connection that sends all of these requests in one packet. */
function send(to: Server, paths: readonly string[]): Socket {
  const socket = connect((to.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  const texts = paths.map((path, index) => {
    const isLast = index === paths.length - 1;
    return `GET ${path} HTTP/1.1\r\nhost: a\r\n${isLast ? 'connection: close\r\n' : ''}\r\n`;
  });
  socket.write(texts.join(''));
  return socket;
}

async function answers(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

const numbered = (count: number, prefix = ''): string[] =>
  Array.from({ length: count }, (_, index) => `/${prefix}${index}`);

it('begins some requests a turn', async () => {
  let turn = 0;
  const starts: number[] = [];
  const listener = startInTurns(() => {
    starts[turn] = (starts[turn] ?? 0) + 1;
  });
  for (const url of numbered(50)) {
    listener({ url, socket: { writable: true } } as never, { once: () => undefined } as never);
  }
  for (; turn < 100; turn++) await new Promise(setImmediate);
  expect(Math.max(...starts.filter(Boolean))).toBe(16);
  expect(starts.reduce((sum, count) => sum + count)).toBe(50);
});

it('answers the requests of one packet one after the other', async () => {
  const waiting: ServerResponse[] = [];
  const most: number[] = [];
  const running = await serve(
    startInTurns(({ url }, response) => {
      waiting.push(response);
      most.push(waiting.length);
      setTimeout(() => {
        waiting.pop();
        response.end(`<${url}>`);
      });
    }),
  );
  const text = await answers(send(running, numbered(50)));
  expect(text.match(/<[^>]+>/g)).toEqual(numbered(50).map((path) => `<${path}>`));
  expect(Math.max(...most)).toBe(1);
});

it('lets one request of another connection go before many of one', async () => {
  const order: string[] = [];
  const running = await serve(
    startInTurns(({ url = '' }, response) => {
      order.push(url);
      setTimeout(() => response.end(), 5);
    }),
  );
  const all = send(running, numbered(40));
  await expect.poll(() => order.length).toBeGreaterThan(0);
  await Promise.all([answers(all), answers(send(running, ['/other']))]);
  expect(order.indexOf('/other')).toBeLessThan(20);
});

it('begins nothing for a client that has gone', async () => {
  const begun: string[] = [];
  const running = await serve(startInTurns(({ url = '' }) => begun.push(url)));
  const socket = send(running, numbered(10));
  await expect.poll(() => begun).toEqual(['/0']);
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(begun).toEqual(['/0']);
});

it('answers a client that has closed its side', async () => {
  const running = await serve(startInTurns(({ url }, response) => response.end(`<${url}>`)));
  const socket = send(running, numbered(3));
  socket.end();
  expect((await answers(socket)).match(/<[^>]+>/g)).toEqual(['</0>', '</1>', '</2>']);
});

it('closes a connection that does not wait for answers', async () => {
  let begun = 0;
  const running = await serve(startInTurns(() => begun++));
  expect(await answers(send(running, numbered(1000)))).toBe('');
  expect(begun).toBe(1);
});

it('serves checks of health while others wait', async () => {
  const order: string[] = [];
  const listener = startInTurns(({ url }) => order.push(url ?? ''));
  const ask = (url: string) =>
    listener({ url, socket: { writable: true } } as never, { once: () => undefined } as never);
  for (let index = 0; index < 30; index++) ask('/v1/models');
  ask('/healthz');
  expect(order).toHaveLength(17);
  expect(order.at(-1)).toBe('/healthz');
  await expect.poll(() => order.length).toBe(31);
});

it('lets addresses take turns, however many connections one of them has', async () => {
  const order: string[] = [];
  const listener = startInTurns(({ url }) => order.push(url ?? ''));
  const ask = (url: string, remoteAddress: string) =>
    listener(
      { url, socket: { writable: true, remoteAddress } } as never,
      { once: () => undefined } as never,
    );
  for (const url of numbered(100)) ask(url, '192.0.2.1');
  ask('/other', '192.0.2.2');
  await expect.poll(() => order.length).toBe(101);
  expect(order.indexOf('/other')).toBe(17);
});

it('begins each request in the context in which it came', async () => {
  const context = new AsyncLocalStorage<string>();
  const seen: [string | undefined, string | undefined][] = [];
  const listener = startInTurns(({ url }, response) => {
    seen.push([url, context.getStore()]);
    response.end();
  });
  const running = await serve((request, response) =>
    context.run(String(request.url), () => listener(request, response)),
  );
  await Promise.all(
    numbered(4).map((_, index) => answers(send(running, numbered(10, `${index}-`)))),
  );
  expect(seen).toHaveLength(40);
  expect(seen.filter(([url, store]) => url !== store)).toEqual([]);
});
