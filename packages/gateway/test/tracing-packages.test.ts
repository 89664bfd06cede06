import { afterEach, describe, expect, it, vi } from 'vitest';
import { scriptedGateway, stopScripted, well } from './scripted-gateway.js';

afterEach(stopScripted);

vi.mock('@opentelemetry/exporter-trace-otlp-http', () => {
  throw new Error("Cannot find package '@opentelemetry/exporter-trace-otlp-http'");
});

const INSTALL = /Install them with: npm install @opentelemetry\/api@1\.9 .*otlp-http@0\.223$/;

describe('without the packages of OpenTelemetry', () => {
  it('a configuration that asks for spans says what to install', async () => {
    const start = scriptedGateway({ model: well }, { telemetry: {} });
    await expect(start).rejects.toThrow(INSTALL);
    await expect(start).rejects.toMatchObject({ code: 'missing-dependency' });
  });

  it('variables that ask for spans are answered by a warning, and the gateway serves', async () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
    const gateway = await scriptedGateway({ model: well }, {}, { environment });
    expect((await gateway.ask('model')).status).toBe(200);
    const warning = gateway.events.find(({ event }) => event === 'telemetry-failed');
    expect(warning?.message).toMatch(
      /^OTEL_EXPORTER_OTLP_ENDPOINT is set, but no spans are sent\./,
    );
    expect(warning?.message).toMatch(INSTALL);
  });
});
