import type { GatewayFetchResponse } from '../upstream/gateway-fetch.js';

/** A good answer in the client's protocol, with the names of what its request lost on the way. */
export function translatedResponse(
  type: string,
  dropped: ReadonlySet<string>,
  body: AsyncIterable<Uint8Array>,
): GatewayFetchResponse {
  const names = [...dropped].map((name) => name.replace(/[^\x21-\x7e]|,/g, encodeURIComponent));
  return {
    status: 200,
    headers: new Map([
      ['content-type', type],
      ...(names.length === 0 ? [] : [['x-embedllm-dropped', names.join(', ')] as const]),
    ]),
    body,
  };
}
