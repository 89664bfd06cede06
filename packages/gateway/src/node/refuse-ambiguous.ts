import type { IncomingMessage, RequestListener } from 'node:http';
import { ApiError } from '../http/api-error.js';

/**
 * Refuses what two servers may understand differently and Node's parser lets pass: several Host lines
 * (RFC 9112, 3.2) and a transfer coding in HTTP/1.0 (6.1). The connection is closed after the refusal,
 * because what follows on it may be meant as part of the same request.
 */
export function refuseAmbiguous(listener: RequestListener): RequestListener {
  return (request, response) => {
    const message = ambiguityOf(request);
    if (message === undefined) return listener(request, response);
    const refusal = new ApiError(400, message, { code: 'ambiguous_request' });
    response
      .writeHead(400, { 'content-type': 'application/json', connection: 'close' })
      .end(JSON.stringify(refusal));
  };
}

function ambiguityOf({ rawHeaders, httpVersion, headers }: IncomingMessage): string | undefined {
  // `headers` keeps the first Host only, and `headersDistinct` makes an object for each request.
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts > 1) return 'The request has several Host headers. Send one.';
  if (httpVersion === '1.0' && headers['transfer-encoding'] !== undefined) {
    return 'HTTP/1.0 has no Transfer-Encoding. Send Content-Length, or use HTTP/1.1.';
  }
  return undefined;
}
