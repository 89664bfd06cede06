// An upstream whose answers are attacks, by the name of the model: `hostile-upstream.ts`. Says `listening <url>`.
import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { listen } from '../test/fake-upstream.js';

const EVENT_STREAM = { 'content-type': 'text/event-stream' };
const event = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const END = `${event({}, 'stop')}data: [DONE]\n\n`;
const LINE = event({ images: ['A'.repeat(15_900_000)] });
const COMMENTS = ':\n\n'.repeat(1_000_000);
const EVENTS = 'data: {}\n\n'.repeat(1_000_000);
const TOKENS = event({ content: 'a' }).repeat(200_000);
const USAGES = 'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n'.repeat(
  200_000,
);
const BOMB = gzipSync(Buffer.alloc(200_000_000, ' '));

const ANSWERS: Readonly<Record<string, (response: ServerResponse, socket: Socket) => unknown>> = {
  'long-line': (response) => stream(response, LINE + END),
  'late-line': (response) => stream(response, event({ content: 'a' }) + LINE + END),
  comments: (response) => stream(response, COMMENTS + event({ content: 'a' }) + END),
  events: (response) => stream(response, EVENTS + event({ content: 'a' }) + END),
  tokens: (response) => stream(response, TOKENS + END),
  usages: (response) => stream(response, event({ content: 'a' }) + USAGES + END),
  bomb: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(BOMB);
  },
  'bomb-stream': (response) => {
    response.writeHead(200, { ...EVENT_STREAM, 'content-encoding': 'gzip' });
    response.end(BOMB);
  },
  silence: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
  },
  informational: (_, socket) => {
    const body = JSON.stringify({
      choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }],
    });
    const early = 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(20_000);
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    socket.end(early + head + body);
  },
  headers: (_, socket) => {
    socket.end(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(500_000)}content-length: 0\r\n\r\n`);
  },
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  response.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { model }: { model: string } = JSON.parse(Buffer.concat(chunks).toString());
    ANSWERS[model]?.(response, request.socket);
  });
});
console.log(`listening http://127.0.0.1:${await listen(server)}/v1`);
process.on('SIGTERM', () => process.exit());

function stream(response: ServerResponse, text: string): void {
  response.writeHead(200, EVENT_STREAM);
  response.end(text);
}
