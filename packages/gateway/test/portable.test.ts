import { allow } from '@embedllm/router';
import * as openTelemetry from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGateway, type GatewayOptions, parseGatewayConfiguration } from '../src/index.js';
import { type FakeUpstream, fakeUpstream } from './fake-upstream.js';
import { sampleRouter } from './sample-router.js';

const SUM = 'What is the sum of the number 17 and 25?';
let upstream: FakeUpstream;

beforeEach(async () => {
  upstream = await fakeUpstream({
    behave: ({ model }) => (model === 'mathematician' ? 'fail' : 'answer'),
  });
});
afterEach(() => upstream.close());

function create(options: Partial<GatewayOptions> = {}, settings: object = {}) {
  const configuration = parseGatewayConfiguration(
    {
      upstreams: { local: { baseURL: upstream.baseURL } },
      models: {
        mathematician: { upstream: 'local' },
        lawyer: { upstream: 'local' },
        generalist: { upstream: 'local' },
      },
      retries: { attempts: 1 },
      ...settings,
    },
    { environment: {} },
  );
  return createGateway({ configuration, router: sampleRouter(), ...options });
}

function chat(body: object, headers: Record<string, string> = {}): Request {
  return new Request('http://gateway.example/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ messages: [{ role: 'user', content: SUM }], ...body }),
  });
}

describe('createGateway', () => {
  it('answers requests without a server, over any fetch', async () => {
    const { fetch } = create();
    for (const stream of [true, false]) {
      const response = await fetch(chat({ model: 'auto', stream }));
      expect(response.headers.get('x-embedllm-model')).toBe('generalist');
      expect(await response.text()).toContain('25?');
    }
  });

  it('can be mounted in another app', async () => {
    const app = new Hono().route('/llm', create().app);
    expect((await app.request('/llm/v1/models')).status).toBe(200);
    expect(await (await app.request('/llm/healthz')).json()).toEqual({ status: 'ok' });
  });

  it('passes policies on to the router', async () => {
    const { fetch } = create({ routing: { policy: allow(['lawyer']) } });
    const response = await fetch(chat({ model: 'auto' }));
    expect(response.headers.get('x-embedllm-model')).toBe('lawyer');
  });

  it('tells the decision alone', async () => {
    const response = await create().app.request('/v1/route', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: SUM }),
    });
    expect(await response.json()).toMatchObject({
      model: { name: 'mathematician' },
      candidates: [{ expectedCostUsd: expect.any(Number) }, {}, {}],
    });
    expect(upstream.seen).toEqual([]);
  });

  it('without a router serves models by their names alone', async () => {
    const { fetch, app } = create({ router: undefined });
    expect((await fetch(chat({ model: 'lawyer' }))).status).toBe(200);
    expect((await fetch(chat({ model: 'auto' }))).status).toBe(404);
    const listed = await (await app.request('/v1/models')).text();
    expect(listed.match(/"id":/g)).toHaveLength(3);
  });

  it('answers browsers of the origins that are listed', async () => {
    const { app } = create({}, { cors: { origins: ['https://app.example'] } });
    const preflight = (origin: string) =>
      app.request('/v1/models', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET' },
      });
    const good = await preflight('https://app.example');
    expect(good.headers.get('access-control-allow-origin')).toBe('https://app.example');
    const bad = await preflight('https://evil.example');
    expect(bad.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is not ready while it drains', async () => {
    const gateway = create();
    expect((await gateway.app.request('/readyz')).status).toBe(200);
    gateway.drain();
    expect((await gateway.app.request('/readyz')).status).toBe(503);
    const response = await gateway.fetch(chat({ model: 'auto' }));
    expect(response.headers.get('connection')).toBe('close');
    await gateway.idle();
  });

  it('counts what it does', async () => {
    const { fetch, app } = create();
    await (await fetch(chat({ model: 'auto', stream: true }))).text();
    await (await fetch(chat({ model: 'nobody' }))).text();
    const text = await (await app.request('/metrics')).text();
    for (const line of [
      'embedllm_gateway_requests_total{route="/v1/chat/completions",status="200"} 1',
      'embedllm_gateway_requests_total{route="/v1/chat/completions",status="404"} 1',
      'embedllm_gateway_upstream_attempts_total{upstream="local",model="mathematician",outcome="status"} 1',
      'embedllm_gateway_upstream_attempts_total{upstream="local",model="generalist",outcome="answered"} 1',
      'embedllm_gateway_decisions_total{model="mathematician"} 1',
      'embedllm_gateway_first_token_seconds_count 1',
      'embedllm_gateway_upstream_circuit{upstream="local",model="lawyer"} 0',
      'embedllm_gateway_running 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).not.toContain('nobody');
  });

  it('traces a request and its calls, within the trace of the client', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    openTelemetry.trace.setGlobalTracerProvider(provider);
    openTelemetry.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    openTelemetry.propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const { fetch } = create({ openTelemetry });
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
    await (await fetch(chat({ model: 'auto' }, { traceparent }))).text();
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name, status }) => [name, status.code])).toEqual([
      ['chat mathematician', openTelemetry.SpanStatusCode.ERROR],
      ['chat generalist', openTelemetry.SpanStatusCode.UNSET],
      ['POST /v1/chat/completions', openTelemetry.SpanStatusCode.UNSET],
    ]);
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
    expect(spans[2]?.attributes).toMatchObject({
      'gen_ai.request.model': 'auto',
      'embedllm.decision': 'mathematician',
      'embedllm.model': 'generalist',
      'http.response.status_code': 200,
    });
    expect(upstream.seen[1]?.headers.traceparent).toContain(traceId);
    openTelemetry.trace.disable();
    openTelemetry.context.disable();
    openTelemetry.propagation.disable();
  });
});
