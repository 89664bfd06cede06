import type { RequestHeaders } from './request-headers.js';

/**
 * What of an upstream's answer reaches the client. Everything else stays behind: hop-by-hop
 * fields (RFC 9110, section 7.6.1), cookies, and what the upstream says about the gateway's account.
 */
const PASSED_ON: ReadonlySet<string> = new Set([
  'content-type',
  'openai-processing-ms',
  'openai-version',
  // What of the request a translation left out.
  'x-embedllm-dropped',
]);

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The headers of an upstream's answer that the client gets. */
export function passedOnHeaders(
  headers: Iterable<readonly [string, string]>,
): Record<string, string> {
  const kept: [string, string][] = [];
  for (const [name, value] of headers) {
    if (PASSED_ON.has(name)) kept.push([name, value]);
  }
  return Object.fromEntries(kept);
}

/** The client's request id where it is a plain one, else a new one. */
export function requestId(headers: Pick<RequestHeaders, 'get'>): string {
  const given = headers.get('x-request-id');
  return given !== null && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

/** A name as the value of a header: anything but visible ASCII is percent-encoded. */
export function headerValue(text: string): string {
  return text.replace(/[^\x21-\x7e]|%/gu, (character) => encodeURIComponent(character));
}
