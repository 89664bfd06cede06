import { EmbedLLMError } from '@embedllm/core';
import type { Sampler, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { TelemetryConfiguration } from '../configuration/telemetry-configuration.js';
import type { OpenTelemetry } from '../observe/telemetry.js';
import { messageOf } from './log-line.js';
import { traceSettings } from './trace-settings.js';

/** Spans on their way to a collector. */
export interface Tracing {
  readonly openTelemetry: OpenTelemetry;
  /** Sends what is left, and waits for it a few seconds at most. */
  close(): Promise<void>;
}

/** What tracing is made of. */
export interface TracingOptions {
  readonly telemetry: TelemetryConfiguration | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called when spans cannot be delivered, once until some are again. */
  readonly onFailure: (message: string) => void;
}

/** The line of versions that runs on Node 20. */
const PACKAGES =
  '@opentelemetry/api@1.9 @opentelemetry/core@2 @opentelemetry/resources@2 @opentelemetry/sdk-trace-base@2 @opentelemetry/exporter-trace-otlp-http@0.223';
const CLOSE_MS = 5000;

/**
 * Starts sending spans as the configuration or the standard variables of OpenTelemetry say.
 *
 * @returns `undefined` where neither asks for it.
 * @throws EmbedLLMError `missing-dependency` saying what to install.
 */
export async function startTracing(options: TracingOptions): Promise<Tracing | undefined> {
  const settings = traceSettings(options);
  if (settings === undefined) return undefined;
  const { api, core, resources, sdk, otlp } = await loadPackages();
  const exporter = new otlp.OTLPTraceExporter({ url: settings.url, headers: settings.headers });
  const { serviceName, sampleRatio } = settings;
  // What the environment says of the resource goes before the default name, not before the file.
  const detected = resources.detectResources({ detectors: [resources.envDetector] });
  const named = { 'service.name': serviceName ?? 'embedllm-gateway' };
  const own = resources.resourceFromAttributes(named);
  const sampler: Sampler | undefined =
    sampleRatio === undefined
      ? undefined
      : new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(sampleRatio) });
  const provider = new sdk.BasicTracerProvider({
    resource: serviceName === undefined ? own.merge(detected) : detected.merge(own),
    ...(sampler && { sampler }),
    spanProcessors: [new sdk.BatchSpanProcessor(reporting(exporter, options.onFailure))],
  });
  const propagator = new core.CompositePropagator({
    propagators: [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()],
  });
  return {
    openTelemetry: {
      context: api.context,
      SpanKind: api.SpanKind,
      SpanStatusCode: api.SpanStatusCode,
      trace: {
        getTracer: (name) => provider.getTracer(name),
        setSpan: (context, span) => api.trace.setSpan(context, span),
      },
      propagation: {
        extract: (context, carrier) =>
          propagator.extract(context, carrier, api.defaultTextMapGetter),
        inject: (context, carrier) => propagator.inject(context, carrier, api.defaultTextMapSetter),
      },
    },
    close: async () => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MS);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

async function loadPackages() {
  try {
    const [api, core, resources, sdk, otlp] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/core'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
    ]);
    return { api, core, resources, sdk, otlp };
  } catch (cause) {
    throw new EmbedLLMError(
      `Tracing needs OpenTelemetry packages (${messageOf(cause).split('\n')[0]}). Install them with: npm install ${PACKAGES}`,
      { code: 'missing-dependency', cause },
    );
  }
}

/** An exporter that says when its collector cannot be reached. */
function reporting(exporter: SpanExporter, onFailure: (message: string) => void): SpanExporter {
  let isFailing = false;
  return {
    export: (spans, onResult) =>
      exporter.export(spans, (result) => {
        // 0 is success; ExportResultCode is an enum of a package that is loaded by name.
        const isFailure = result.code !== 0;
        if (isFailure && !isFailing) onFailure(messageOf(result.error ?? 'unknown error'));
        isFailing = isFailure;
        onResult(result);
      }),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  };
}
