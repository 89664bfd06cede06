import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { RouteDecision, Router } from '@embedllm/router';
import type { ServeGatewayOptions } from '../src/node.js';
import { listen } from './fake-upstream.js';
import { CLIENT_KEY, type StartedGateway, startGateway, UPSTREAM_KEY } from './start-gateway.js';

/** A request as an upstream saw it. */
export interface SeenCall {
  readonly path: string;
  readonly model: string;
  readonly text: string;
  readonly headers: IncomingMessage['headers'];
}

/** Answers one request to a model; `call` counts from 1. */
export type Script = (
  response: ServerResponse,
  request: { readonly stream: boolean; readonly call: number },
) => unknown;

/** A gateway before an upstream that treats each model by a script of its own. */
export interface ScriptedGateway extends StartedGateway {
  readonly calls: SeenCall[];
  /** The models that a request for `auto` is routed to, best first. */
  order: string[];
  /** What the router says of them. @default 0.9 each */
  likely: Record<string, number>;
  /** Writes the configuration again, with other settings; for a reload. */
  change(settings: object): Promise<void>;
  ask(
    model: string,
    extra?: object,
  ): Promise<{
    readonly status: number;
    readonly text: string;
    readonly headers: Headers;
  }>;
}

export const answer = (content: string): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 0,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

export const event = (delta: object, finish: string | null = null, extra: object = {}): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }], ...extra })}\n\n`;

export const DONE = 'data: [DONE]\n\n';

/** Answers as a model should. */
export const well: Script = (response, { stream }) => {
  if (!stream) return json(response, 200, answer('well'));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(event({ role: 'assistant', content: 'well' }) + event({}, 'stop') + DONE);
};

export function json(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(
    typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value),
  );
}

const stops: (() => Promise<void>)[] = [];

/** Stops all that were started; for `afterEach`. */
export async function stopScripted(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

/** Starts one; every script is a model, all of one upstream, which gets the settings `local`. */
export async function scriptedGateway(
  scripts: Record<string, Script>,
  settings: object = {},
  options: Partial<ServeGatewayOptions> = {},
): Promise<ScriptedGateway> {
  const { local = {}, ...own }: { readonly local?: object } = settings;
  const calls: SeenCall[] = [];
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body: { model: string; stream?: boolean } = JSON.parse(text);
      const call = (counts.get(body.model) ?? 0) + 1;
      counts.set(body.model, call);
      calls.push({ path: request.url ?? '', model: body.model, text, headers: request.headers });
      void scripts[body.model]?.(response, { stream: body.stream === true, call });
    });
  });
  const port = await listen(server);
  const names = Object.keys(scripts);
  const scripted: { order: string[]; likely: Record<string, number> } = {
    order: names,
    likely: {},
  };
  const route: Router['route'] = async (_, { models } = {}): Promise<RouteDecision> => {
    const order = scripted.order.filter((name) => models?.includes(name) !== false);
    const candidates = order.map((name) => ({
      model: { name },
      probability: scripted.likely[name] ?? 0.9,
    }));
    const [first = { model: { name: '' }, probability: 0 }] = candidates;
    return { ...first, candidates, reason: 'It is first.', policy: 'in order' };
  };
  const router: Pick<Router, 'models' | 'route'> = {
    models: names.map((name) => ({ name })),
    route,
  };
  const standard = {
    retries: { attempts: 2, baseDelayMs: 1, maxDelayMs: 5000 },
    upstreams: {
      local: { baseURL: `http://127.0.0.1:${port}/v1`, apiKeyEnv: 'UPSTREAM_KEY', ...local },
    },
    models: Object.fromEntries(names.map((name) => [name, { upstream: 'local' }])),
  };
  const environment = { CLIENT_KEY, UPSTREAM_KEY, ...options.environment };
  const gateway = await startGateway(
    { ...standard, ...own },
    {},
    { loadRouter: async () => router, ...options, environment },
    (stop) => stops.push(stop),
  );
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return Object.assign(scripted, gateway, {
    calls,
    change: (changed: object) => gateway.configure({ ...standard, ...own, ...changed }),
    ask: async (model: string, extra: object = {}) => {
      const messages = [{ role: 'user', content: 'q' }];
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages, ...extra }),
      });
      const { status, headers } = response;
      return { status, headers, text: await response.text() };
    },
  });
}
