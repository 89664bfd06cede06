import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from './fake-upstream.js';
import { event, json, scriptedGateway, stopScripted, well } from './scripted-gateway.js';
import { CLIENT_KEY } from './start-gateway.js';

interface ReceivedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: Record<string, unknown>;
  readonly status: { readonly code?: number };
  readonly resource: Record<string, unknown>;
}

/** The JSON that OTLP makes of a value. */
interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly OtlpValue[] };
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<ReceivedSpan, 'attributes' | 'resource'> & {
        readonly attributes: readonly OtlpAttribute[];
      })[];
    }[];
  }[];
}

/** A collector that takes spans by OTLP over HTTP, in JSON. */
interface Collector {
  readonly endpoint: string;
  readonly spans: ReceivedSpan[];
  readonly requests: { readonly url: string | undefined; readonly headers: IncomingHttpHeaders }[];
}

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await stopScripted();
  for (const stop of stops.splice(0)) await stop();
});

async function collector(status = 200): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const requests: Collector['requests'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ url: request.url, headers: request.headers });
      const body: OtlpTraces = JSON.parse(Buffer.concat(chunks).toString());
      for (const { resource, scopeSpans } of body.resourceSpans) {
        for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
          const attributes = plain(span.attributes);
          spans.push({ ...span, attributes, resource: plain(resource.attributes) });
        }
      }
      json(response, status, { partialSuccess: {} });
    });
  });
  const port = await listen(server);
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  return { endpoint: `http://127.0.0.1:${port}`, spans, requests };
}

function plain(attributes: readonly OtlpAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, toPlain(value)]));
}

function toPlain(value: OtlpValue): unknown {
  if (value.arrayValue) return value.arrayValue.values.map(toPlain);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

describe('spans', () => {
  it('reach a collector that the configuration names, by the conventions for generative AI', async () => {
    const { endpoint, spans, requests } = await collector();
    const gateway = await scriptedGateway(
      { first: (response) => json(response, 503, {}), second: well },
      {
        retries: { attempts: 1 },
        telemetry: { endpoint, headers: { 'x-tenant': 'a' }, serviceName: 'front door' },
      },
    );
    const messages = [{ role: 'user', content: 'a secret question' }];
    const response = await gateway.post(
      '/v1/chat/completions',
      { model: 'auto', messages, temperature: 0.5, max_tokens: 7, seed: 3, stop: 'END' },
      { traceparent, tracestate: 'vendor=1' },
    );
    await response.text();
    await gateway.close();
    expect(requests[0]).toMatchObject({ url: '/v1/traces', headers: { 'x-tenant': 'a' } });
    const server = spans.find(({ kind }) => kind === 2);
    const failed = spans.find(({ name }) => name === 'chat first');
    const call = spans.find(({ name }) => name === 'chat second');
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    expect(server).toMatchObject({
      name: 'POST /v1/chat/completions',
      parentSpanId: 'b7ad6b7169203331',
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/chat/completions',
        'http.response.status_code': 200,
        'embedllm.client': 'test',
        'embedllm.decision': 'first',
        'embedllm.model': 'second',
      },
      resource: { 'service.name': 'front door' },
    });
    expect(failed).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': '503' } });
    expect(call).toMatchObject({
      kind: 3,
      parentSpanId: server?.spanId,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'local',
        'gen_ai.request.model': 'second',
        'gen_ai.request.temperature': 0.5,
        'gen_ai.request.max_tokens': 7,
        'gen_ai.request.seed': 3,
        'gen_ai.request.stop_sequences': ['END'],
        'gen_ai.response.id': 'chatcmpl-1',
        'gen_ai.response.model': 'm',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': 1,
        'gen_ai.usage.output_tokens': 1,
        'gen_ai.usage.cache_read.input_tokens': 0,
        'gen_ai.usage.cache_creation.input_tokens': 0,
        'gen_ai.usage.reasoning.output_tokens': 0,
        'server.address': '127.0.0.1',
        'server.port': expect.any(Number),
      },
    });
    expect(JSON.stringify(spans)).not.toContain('a secret question');
    expect(JSON.stringify(spans)).not.toContain(CLIENT_KEY);
    // The upstream's own spans hang under the call.
    expect(gateway.calls.at(-1)?.headers.traceparent).toBe(`00-${traceId}-${call?.spanId}-01`);
    expect(gateway.calls.at(-1)?.headers.tracestate).toBe('vendor=1');
  });

  it('of streams say when the first token came and why the answer ended', async () => {
    const { endpoint, spans } = await collector();
    const gateway = await scriptedGateway(
      {
        model: (response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(event({ content: 'a' }));
          setTimeout(() => response.end(`${event({}, 'length')}data: [DONE]\n\n`), 20);
        },
      },
      { telemetry: { endpoint } },
    );
    await gateway.ask('model', { stream: true });
    await gateway.close();
    expect(spans.find(({ kind }) => kind === 3)?.attributes).toMatchObject({
      'gen_ai.request.stream': true,
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
      'gen_ai.response.id': 'c',
      'gen_ai.response.finish_reasons': ['length'],
    });
  });

  it('follow the standard variables', async () => {
    const { endpoint, spans } = await collector();
    const start = (environment: Record<string, string>) =>
      scriptedGateway({ model: well }, {}, { environment });
    const on = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'named' });
    await on.ask('model');
    await on.close();
    expect(spans.map(({ resource }) => resource['service.name'])).toEqual(['named', 'named']);
    const off = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: 'true' });
    await off.ask('model');
    await off.close();
    expect(spans).toHaveLength(2);
  });

  it('go elsewhere after a reload, and none is lost', async () => {
    const [before, after] = [await collector(), await collector()];
    const gateway = await scriptedGateway(
      { model: well },
      { telemetry: { endpoint: before.endpoint } },
    );
    await gateway.ask('model');
    await gateway.change({ telemetry: { endpoint: `${after.endpoint}/v1/traces` } });
    expect(await gateway.reload()).toBe(true);
    expect(before.spans).toHaveLength(2);
    await gateway.ask('model');
    await gateway.change({ telemetry: { enabled: false } });
    expect(await gateway.reload()).toBe(true);
    expect(after.spans).toHaveLength(2);
    await gateway.ask('model');
    await gateway.close();
    expect([before.spans.length, after.spans.length]).toEqual([2, 2]);
  });

  it('that cannot be delivered are said once, and nobody waits for them', async () => {
    const { endpoint } = await collector(401);
    const gateway = await scriptedGateway({ model: well }, { telemetry: { endpoint } });
    expect((await gateway.ask('model')).status).toBe(200);
    await gateway.close();
    const failures = gateway.events.filter((one) => one.event === 'telemetry-failed');
    expect(failures).toHaveLength(1);
    expect(failures[0]?.message).toContain('Spans do not reach the collector');
  });
});
