import type { Secret } from './secret.js';

/** Where spans go, by OTLP over HTTP. */
export interface TelemetryConfiguration {
  /** `false` sends none, whatever the environment says. @default true */
  readonly enabled: boolean;
  /**
   * Address of the collector without `/v1/traces`.
   *
   * @default as OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT say, or else
   * http://localhost:4318
   */
  readonly endpoint: string | undefined;
  /** Sent to the collector, with those of OTEL_EXPORTER_OTLP_HEADERS. @default none */
  readonly headers: Readonly<Record<string, Secret>>;
  /** @default as OTEL_SERVICE_NAME says, or else `embedllm-gateway` */
  readonly serviceName: string | undefined;
  /**
   * Share of traces to record, from 0 to 1; a trace that a client began is recorded as the client
   * says.
   *
   * @default as OTEL_TRACES_SAMPLER says, or else all
   */
  readonly sampleRatio: number | undefined;
}
