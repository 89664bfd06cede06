import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Gateway, RequestLog } from '../src/index.js';
import {
  type GatewayEvent,
  type RunningGateway,
  type ServeGatewayOptions,
  serveGateway,
} from '../src/node.js';
import { type FakeUpstream, type FakeUpstreamOptions, fakeUpstream } from './fake-upstream.js';
import { sampleRouter } from './sample-router.js';

/** Keys that must never show up anywhere. */
export const CLIENT_KEY = 'client-key-4f1d';
export const UPSTREAM_KEY = 'upstream-key-9a7c';

/** A gateway with a key, three models of a sample router, and one local upstream. */
export interface StartedGateway extends RunningGateway {
  readonly gateway: Gateway;
  readonly upstream: FakeUpstream;
  readonly events: GatewayEvent[];
  readonly requests: RequestLog[];
  readonly file: string;
  /** Writes the configuration again, with other settings. */
  configure(settings: object): Promise<void>;
  /** Posts JSON with the client's key. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** Starts one that is stopped after the test, or when `onStart`'s caller wants it to. */
export async function startGateway(
  settings: object = {},
  upstreamOptions: FakeUpstreamOptions = {},
  options: Partial<ServeGatewayOptions> = {},
  onStart: (stop: () => Promise<void>) => void = onTestFinished,
): Promise<StartedGateway> {
  const cleanUp: (() => Promise<unknown>)[] = [];
  onStart(async () => {
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });
  const upstream = await fakeUpstream(upstreamOptions);
  cleanUp.push(() => upstream.close());
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-gateway-'));
  cleanUp.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'gateway.json');
  const configure = (changed: object): Promise<void> =>
    writeFile(file, JSON.stringify({ ...standard(upstream.baseURL), ...changed }));
  await configure(settings);
  const events: GatewayEvent[] = [];
  const requests: RequestLog[] = [];
  const running = await serveGateway({
    configuration: file,
    loadRouter: async () => sampleRouter(),
    environment: { CLIENT_KEY, UPSTREAM_KEY },
    watchMs: 0,
    handleSignals: false,
    log: (event) => events.push(event),
    onRequest: (entry) => requests.push(entry),
    ...options,
  });
  cleanUp.push(() => running.close());
  const { gateway } = running;
  if (!gateway) throw new Error('Tests of workers start them by spawnGateway.');
  const post: StartedGateway['post'] = (path, body, headers) =>
    fetch(`${running.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${CLIENT_KEY}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { ...running, gateway, upstream, events, requests, file, configure, post };
}

function standard(baseURL: string): object {
  return {
    server: { port: 0, drainMs: 0, shutdownTimeoutMs: 2000 },
    authentication: { keys: [{ name: 'test', env: 'CLIENT_KEY' }] },
    retries: { attempts: 2, baseDelayMs: 1, maxDelayMs: 20 },
    upstreams: { local: { baseURL, apiKeyEnv: 'UPSTREAM_KEY' } },
    models: {
      mathematician: { upstream: 'local' },
      lawyer: { upstream: 'local' },
      generalist: { upstream: 'local', model: 'generalist-v2' },
    },
  };
}
