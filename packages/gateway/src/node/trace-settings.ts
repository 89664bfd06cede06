import type { TelemetryConfiguration } from '../configuration/telemetry-configuration.js';

/** Where spans go, and which. */
export interface TraceSettings {
  readonly url: string;
  readonly headers: Record<string, string>;
  /** `undefined` leaves it to the environment. */
  readonly serviceName: string | undefined;
  readonly sampleRatio: number | undefined;
}

const DEFAULT_ENDPOINT = 'http://localhost:4318';

/** Brings the configuration and the standard variables together; `undefined` for no spans. */
export function traceSettings({
  telemetry,
  environment,
}: {
  readonly telemetry: TelemetryConfiguration | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): TraceSettings | undefined {
  const variable = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const isOff =
    variable('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' ||
    variable('OTEL_TRACES_EXPORTER') === 'none' ||
    telemetry?.enabled === false;
  const traces = variable('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const base = variable('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (isOff || (telemetry === undefined && traces === undefined && base === undefined)) {
    return undefined;
  }
  const given = telemetry?.endpoint;
  const root = (given ?? base ?? DEFAULT_ENDPOINT).replace(/\/+$/, '');
  const headers = Object.entries(telemetry?.headers ?? {});
  return {
    url: given === undefined && traces !== undefined ? traces : `${root}/v1/traces`,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, value.reveal()])),
    serviceName: telemetry?.serviceName ?? variable('OTEL_SERVICE_NAME'),
    sampleRatio: telemetry?.sampleRatio,
  };
}
