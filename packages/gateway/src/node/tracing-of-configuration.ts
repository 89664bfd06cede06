import { EmbedLLMError } from '@embedllm/core';
import type { GatewayConfiguration } from '../configuration/configuration.js';
import type { OpenTelemetry } from '../observe/telemetry.js';
import { type GatewayEvent, messageOf } from './log-line.js';
import { optionalPackage } from './optional-package.js';
import { traceSettings } from './trace-settings.js';
import { startTracing, type Tracing } from './tracing.js';

/** What tracing works with, whatever the configuration says. */
export interface TracingSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: (event: GatewayEvent) => void;
  /** Of the program, which then traces as it likes. */
  readonly openTelemetry?: OpenTelemetry | undefined;
}

/** Tracing as a configuration asks for it. */
export interface ConfiguredTracing {
  readonly openTelemetry: OpenTelemetry | undefined;
  readonly key: string;
  readonly tracing: Tracing | undefined;
}

/** Sends spans as each configuration says, and starts over only where it says something else. */
export class TracingOfConfiguration {
  readonly #surroundings: TracingSurroundings;
  #current: ConfiguredTracing | undefined;

  constructor(surroundings: TracingSurroundings) {
    this.#surroundings = surroundings;
  }

  /** @throws EmbedLLMError `missing-dependency` where the configuration asks for what is not installed. */
  async prepare({
    telemetry,
  }: Pick<GatewayConfiguration, 'telemetry'>): Promise<ConfiguredTracing> {
    const { environment, openTelemetry } = this.#surroundings;
    const settings = openTelemetry ? undefined : traceSettings({ telemetry, environment });
    const key = JSON.stringify(settings ?? null);
    if (this.#current?.key === key) return this.#current;
    if (openTelemetry) return { key, openTelemetry, tracing: undefined };
    const api = await optionalPackage(() => import('@opentelemetry/api'));
    const isTraced = telemetry === undefined && api !== undefined && hasGlobalSdk(api);
    const tracing = isTraced ? undefined : await this.#start(telemetry);
    return { key, tracing, openTelemetry: tracing?.openTelemetry ?? api };
  }

  /** From now on this one is in use; the one before sends what it has and ends. */
  async use(next: ConfiguredTracing): Promise<void> {
    const before = this.#current;
    this.#current = next;
    if (before !== next) await before?.tracing?.close();
  }

  /** This one will not be used. */
  async abandon(next: ConfiguredTracing): Promise<void> {
    if (next !== this.#current) await next.tracing?.close();
  }

  async close(): Promise<void> {
    await this.#current?.tracing?.close();
  }

  async #start(telemetry: GatewayConfiguration['telemetry']): Promise<Tracing | undefined> {
    const { environment, log } = this.#surroundings;
    const onFailure = (cause: string): void => {
      const message = `Spans do not reach the collector: ${cause.split('\n')[0]}`;
      log({ level: 'warn', event: 'telemetry-failed', message });
    };
    try {
      return await startTracing({ telemetry, environment, onFailure });
    } catch (error) {
      // Variables are often set for everything on a machine: they must not keep a gateway from starting.
      const isMissing = error instanceof EmbedLLMError && error.code === 'missing-dependency';
      if (!isMissing || telemetry !== undefined) throw error;
      const message = `OTEL_EXPORTER_OTLP_ENDPOINT is set, but no spans are sent. ${messageOf(error)}`;
      log({ level: 'warn', event: 'telemetry-failed', message });
      return undefined;
    }
  }
}

/** Whether the program has registered an SDK of its own, which then has the spans. */
function hasGlobalSdk({ trace, isSpanContextValid }: typeof import('@opentelemetry/api')): boolean {
  const probe = trace.getTracer('@embedllm/gateway').startSpan('probe');
  return isSpanContextValid(probe.spanContext());
}
