// Starts everything, sends requests to the handler in process and over a port, and ends.
import type { AddressInfo } from 'node:net';
import { restoreEncoder } from '@embedllm/question-encoder';
import { Router } from '@embedllm/router';
import { type ServerType, serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { createLocalServices } from './local-services.js';
import { createRoutingApp } from './routing-app.js';
import { trainArtifact } from './train-artifact.js';

const services = createLocalServices(await trainArtifact());
const host = await listen(services.app);

// What a deployment does at its start; on an edge runtime followed by `export default app`.
const router = await Router.fromPretrained(`${host.url}/artifact`, {
  encoder: restoreEncoder,
});
const app = createRoutingApp({
  router,
  maxCostUsd: 0.0001,
  callModel: (model, messages, signal) =>
    fetch(`${host.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages, stream: true }),
      signal,
    }),
});

const messages = [
  {
    role: 'user',
    content: 'A shop sells 14 boxes of 36 pencils and gives away 57. How many remain?',
  },
];
const request = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

console.log('1. In process: the best model under a cost ceiling');
for (const maxCostUsd of [undefined, 0.00005, 0.00003, 0.0000001]) {
  const response = await app.request('/route', request({ messages, maxCostUsd }));
  const name = maxCostUsd === undefined ? 'the default' : `$${maxCostUsd}`;
  console.log(`   at most ${name}: status ${response.status}`);
  const { reason, error }: { reason?: string; error?: string } = JSON.parse(await response.text());
  console.log(`     ${reason ?? error}`);
}
const malformed = await app.request('/route', request({ messages: 'hello' }));
console.log(`   malformed: status ${malformed.status}, ${await malformed.text()}`);

console.log('\n2. On a port: the answer streams through');
const server = await listen(app);
const first = await fetch(`${server.url}/chat`, request({ messages }));
console.log(`   ${modelOf(first)}: ${await readStream(first)}`);

console.log(`\n3. ${modelOf(first)} is down: the next candidate answers`);
services.outages.add(modelOf(first));
const second = await fetch(`${server.url}/chat`, request({ messages }));
console.log(`   ${modelOf(second)}: ${await readStream(second)}`);
if (modelOf(second) === modelOf(first)) throw new Error('There was no fallback.');

console.log('\n4. The client goes away: the provider stops too');
const controller = new AbortController();
const third = await fetch(`${server.url}/chat`, {
  ...request({ messages }),
  signal: controller.signal,
});
await third.body?.getReader().read();
controller.abort();
console.log(`   ${await services.cancelled} was cancelled while it answered`);

await server.close();
await host.close();

function modelOf(response: Response): string {
  return response.headers.get('x-routed-model') ?? '';
}

/** Reads server-sent events as they come and marks where each piece begins. */
async function readStream(response: Response): Promise<string> {
  let events = '';
  for await (const bytes of response.body ?? []) events += new TextDecoder().decode(bytes);
  return events
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)).choices[0].delta.content)
    .join('|');
}

/** Serves an app on a free port of the loopback interface. */
function listen(served: Hono): Promise<{ url: string; close: () => Promise<void> }> {
  return new Promise((resolve) => {
    const server: ServerType = serve(
      { fetch: served.fetch, hostname: '127.0.0.1', port: 0 },
      (info) => resolve({ url: urlOf(info), close }),
    );
    const close = () =>
      new Promise<void>((done, fail) => {
        server.close((error) => (error ? fail(error) : done()));
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
  });
}

function urlOf({ port }: AddressInfo): string {
  return `http://127.0.0.1:${port}`;
}
