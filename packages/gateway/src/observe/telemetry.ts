import type {
  Attributes,
  Context,
  PropagationAPI,
  Span,
  SpanKind,
  SpanStatusCode,
  TraceAPI,
} from '@opentelemetry/api';

/** What the gateway uses of OpenTelemetry: the package `@opentelemetry/api`, or parts of an SDK. */
export interface OpenTelemetry {
  readonly context: Pick<typeof import('@opentelemetry/api').context, 'active'>;
  readonly SpanKind: typeof SpanKind;
  readonly SpanStatusCode: typeof SpanStatusCode;
  readonly trace: Pick<TraceAPI, 'setSpan'> & {
    /** @returns the tracer of that name. */
    getTracer(name: string): ReturnType<TraceAPI['getTracer']>;
  };
  readonly propagation: {
    /** @returns the headers that it reads and writes; none where nobody has set it up. */
    fields?(): readonly string[];
    /** @returns the context that the headers name. */
    extract(context: Context, carrier: unknown): ReturnType<PropagationAPI['extract']>;
    /** Adds the context's trace to the headers. */
    inject(context: Context, carrier: unknown): void;
  };
}

/** A piece of work that is being timed. */
export interface GatewaySpan {
  /** Sets attributes of the span, which are made only where there is one. */
  set(attributes: () => Attributes): void;
  /**
   * Ends it; once is enough.
   *
   * @param type - What kind of error, as `error.type` has it: a status or a stable word.
   */
  end(error?: string, type?: string): void;
  /** Starts a call of an upstream within it. */
  child(name: string, attributes: () => Attributes): GatewaySpan;
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
  request: Request,
  route: string,
): GatewaySpan {
  if (!api) return SILENT;
  const { method } = request;
  const active = api.context.active();
  // The headers of a request are dear to make.
  const parent = isPropagating(api)
    ? api.propagation.extract(active, Object.fromEntries(request.headers))
    : active;
  return open(api, `${method} ${route}`, api.SpanKind.SERVER, parent, {
    'http.request.method': method,
    'http.route': route,
  });
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
  // As where the package is there, and nobody uses it.
  if (!span.isRecording() && !isPropagating(api)) return SILENT;
  const context = api.trace.setSpan(parent, span);
  let isEnded = false;
  return {
    set: (values) => {
      span.setAttributes(values());
    },
    end: (error, type) => {
      if (isEnded) return;
      isEnded = true;
      if (error !== undefined) {
        span.setStatus({ code: api.SpanStatusCode.ERROR, message: error });
        if (type !== undefined) span.setAttribute('error.type', type);
      }
      span.end();
    },
    child: (childName, values) => {
      if (span.isRecording()) {
        return open(api, childName, api.SpanKind.CLIENT, context, values());
      }
      // A trace that is not recorded is passed on all the same.
      return { ...SILENT, inject: (headers) => api.propagation.inject(context, headers) };
    },
    inject: (values) => api.propagation.inject(context, values),
  };
}

function isPropagating({ propagation }: OpenTelemetry): boolean {
  return propagation.fields?.().length !== 0;
}
