import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { startSpan } from './telemetry.js';

const api = { context, propagation, SpanKind, SpanStatusCode, trace };
/** A request that notes whether its headers are looked at, which are dear to make. */
function askedFor(): { readonly request: Request; readonly isRead: () => boolean } {
  const headers = new Headers({ traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` });
  let isRead = false;
  const request = new Proxy(new Request('http://localhost/'), {
    get(target, name) {
      isRead ||= name === 'headers';
      return name === 'headers' ? headers : Reflect.get(target, name, target);
    },
  });
  return { request, isRead: () => isRead };
}

it('leaves the headers alone where the package is installed and nobody has set it up', () => {
  const { request, isRead } = askedFor();
  startSpan(api, request, '/').child('call', () => {
    throw new Error('Nobody wants attributes.');
  });
  expect(isRead()).toBe(false);
});

it('passes a trace on where a propagator is set up, though nothing records it', () => {
  const { request } = askedFor();
  const key = Symbol('trace');
  propagation.setGlobalPropagator({
    fields: () => ['traceparent'],
    extract: (active, carrier, getter) => active.setValue(key, getter.get(carrier, 'traceparent')),
    inject: (active, carrier, setter) =>
      setter.set(carrier, 'traceparent', String(active.getValue(key))),
  });
  const headers: Record<string, string> = {};
  startSpan(api, request, '/')
    .child('call', () => ({}))
    .inject(headers);
  propagation.disable();
  expect(headers).toEqual({ traceparent: request.headers.get('traceparent') });
});
