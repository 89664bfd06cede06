import { connect, type Socket } from 'node:net';

/** Where and as whom an attack is made. */
export interface Target {
  readonly url: string;
  readonly key: string;
}

/** What a client can write to a connection, as no ordinary one does. */
export const WIRE_ATTACKS: Readonly<Record<string, (target: Target) => Promise<unknown>>> = {
  '1 MB body in chunks of 16 bytes': (target) => pieces(target, 1_000_000, 16),
  '300 KB body in chunks of 1 byte': (target) => pieces(target, 300_000, 1),
  '1 MB body in chunks of 64 bytes': (target) => pieces(target, 1_000_000, 64),
  '12 streams that nobody reads': async (target) => {
    const sockets = await opened(12, target);
    for (const socket of sockets) {
      socket.pause();
      socket.write(whole(target, 'a', 'word '.repeat(20_000), true));
    }
    await sleep(4000);
    for (const socket of sockets) socket.destroy();
  },
  '1,200 connections that say nothing': async (target) => {
    const sockets = await opened(1200, target);
    await sleep(3000);
    for (const socket of sockets) socket.destroy();
  },
  '200 connections with 3,000 headers each': (target) =>
    each(200, target, () => `${head(target)}${'x: y\r\n'.repeat(3000)}\r\n`),
  '200 connections with header lines of 16 KB': (target) =>
    each(200, target, () => `${head(target)}x: ${'y'.repeat(16_384)}\r\n\r\n`),
  '200 connections with 1,000 cookies each': (target) =>
    each(200, target, () => {
      const end = `${'cookie: a=b\r\n'.repeat(1000)}connection: close\r\n\r\n`;
      return `GET /v1/models HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${target.key}\r\n${end}`;
    }),
  '500 connections that drip headers': async (target) => {
    const sockets = await opened(500, target);
    for (let round = 0; round < 30; round++) {
      for (const socket of sockets) socket.write('x');
      await sleep(100);
    }
    for (const socket of sockets) socket.destroy();
  },
  '20,000 pipelined requests on a connection': (target) =>
    each(1, target, () => 'GET /v1/models HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(20_000)),
  '2,000 pipelined chats on each of 4 connections': (target) =>
    each(4, target, () => whole(target, 'a').repeat(2000)),
  '200 requests that expect 100-continue and send no body': (target) =>
    each(200, target, () => `${head(target)}content-length: 50\r\nexpect: 100-continue\r\n\r\n`),
  '20 MB of chunk extensions': (target) =>
    each(4, target, () => `${chunked(target)}1;${'e'.repeat(5_000_000)}\r\n{\r\n`),
  '1 MB of chunks with extensions': (target) =>
    each(4, target, () => chunked(target) + `1;${'e'.repeat(4000)}\r\n \r\n`.repeat(250)),
  '5 MB of trailers': (target) =>
    each(4, target, () => `${chunked(target)}2\r\n{}\r\n0\r\n${'x: y\r\n'.repeat(800_000)}\r\n`),
  '500 connections half-closed after their request': async (target) => {
    const sockets = await opened(500, target);
    for (const socket of sockets) socket.end(whole(target, 'a'));
    await sleep(3000);
    for (const socket of sockets) socket.destroy();
  },
  '100 upgrades to WebSocket and h2c': (target) =>
    each(100, target, (index) => {
      const to = index % 2 ? 'websocket' : 'h2c';
      return `GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: ${to}\r\n\r\n`;
    }),
  '16 answers of 15 MB read byte by byte': async (target) => {
    const sockets = await opened(16, target);
    for (const socket of sockets) {
      socket.pause();
      socket.write(whole(target, 'a', 'x'.repeat(15_000_000)));
    }
    for (let round = 0; round < 6; round++) {
      await sleep(1000);
      for (const socket of sockets) socket.read(1);
    }
    for (const socket of sockets) socket.destroy();
  },
};

/** Writes something on each of some connections, and waits until all are answered or closed. */
async function each(
  count: number,
  target: Target,
  write: (index: number) => string,
): Promise<void> {
  const sockets = await opened(count, target);
  await Promise.all(
    sockets.map(async (socket, index) => {
      const over = new Promise((resolve) => socket.once('close', resolve));
      socket.resume();
      socket.write(write(index));
      await Promise.race([over, sleep(4000)]);
      socket.destroy();
    }),
  );
}

async function opened(count: number, { url }: Target): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname));
  for (const socket of sockets) socket.on('error', () => undefined);
  await Promise.race([
    Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve)))),
    sleep(2000),
  ]);
  return sockets;
}

/** Sends a body of so many bytes in chunks, as fast as the connection takes it. */
async function pieces(target: Target, bytes: number, size: number): Promise<void> {
  const [socket] = await opened(1, target);
  const prefix = '{"model":"a","messages":[{"role":"user","content":"';
  const body = `${prefix}${'x'.repeat(bytes - prefix.length - 4)}"}]}`;
  const chunks: string[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.slice(at, at + size);
    chunks.push(`${piece.length.toString(16)}\r\n${piece}\r\n`);
  }
  socket?.end(`${chunked(target)}${chunks.join('')}0\r\n\r\n`);
  await new Promise((resolve) => {
    socket?.once('data', resolve);
    socket?.once('close', resolve);
  });
  socket?.destroy();
}

/** The beginning of a request, without its end. */
function head({ key }: Target): string {
  return `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n`;
}

function chunked(target: Target): string {
  return `${head(target)}transfer-encoding: chunked\r\n\r\n`;
}

function whole(target: Target, model: string, content = 'q', stream = false): string {
  const body = JSON.stringify({ model, stream, messages: [{ role: 'user', content }] });
  return `${head(target)}content-length: ${body.length}\r\n\r\n${body}`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
