import type { Attributes, Context, Span } from '@opentelemetry/api';

/** What the gateway uses of the package `@opentelemetry/api`. */
export type OpenTelemetry = Pick<
  typeof import('@opentelemetry/api'),
  'context' | 'propagation' | 'SpanKind' | 'SpanStatusCode' | 'trace'
>;

/** A piece of work that is being timed. */
export interface GatewaySpan {
  set(attributes: Attributes): void;
  /** Ends it; once is enough. */
  end(error?: string): void;
  /** Starts a call of an upstream within it. */
  child(name: string, attributes: Attributes): GatewaySpan;
  /** Adds the trace to the headers of such a call. */
  inject(headers: Record<string, string>): void;
}

const SILENT: GatewaySpan = {
  set: () => undefined,
  end: () => undefined,
  child: () => SILENT,
  inject: () => undefined,
};

/** Starts the span of a request, within the trace that the client's headers name. */
export function startSpan(
  api: OpenTelemetry | undefined,
  name: string,
  headers: Headers,
): GatewaySpan {
  if (!api) return SILENT;
  const carrier = Object.fromEntries(headers);
  const parent = api.propagation.extract(api.context.active(), carrier);
  return open(api, name, api.SpanKind.SERVER, parent, {});
}

function open(
  api: OpenTelemetry,
  name: string,
  kind: number,
  parent: Context,
  attributes: Attributes,
): GatewaySpan {
  const tracer = api.trace.getTracer('@embedllm/gateway');
  const span: Span = tracer.startSpan(name, { kind, attributes }, parent);
  const context = api.trace.setSpan(parent, span);
  let isEnded = false;
  return {
    set: (values) => {
      span.setAttributes(values);
    },
    end: (error) => {
      if (isEnded) return;
      isEnded = true;
      if (error !== undefined) {
        span.setStatus({ code: api.SpanStatusCode.ERROR, message: error });
      }
      span.end();
    },
    child: (childName, values) => open(api, childName, api.SpanKind.CLIENT, context, values),
    inject: (values) => api.propagation.inject(context, values),
  };
}
