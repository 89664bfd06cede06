import { ApiError } from '../http/api-error.js';

const LOCAL: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Whether a request may come to a gateway that asks nobody for a key. Pages of the web can send
 * requests to this machine under a name of their own (DNS rebinding), or straight to its address;
 * both show in their headers.
 */
export function isLocalRequest(request: Request, origins: readonly string[]): boolean {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  if (!LOCAL.has(hostname(`http://${host}`))) return false;
  const origin = request.headers.get('origin');
  return origin === null || origins.includes(origin) || LOCAL.has(hostname(origin));
}

/** What others get. */
export function refuseForeignHost(): Response {
  const message =
    'Without keys, this gateway answers only requests to localhost, 127.0.0.1 or [::1]. Configure `authentication.keys`.';
  return new ApiError(403, message, { code: 'foreign_host', isFinal: true }).toResponse();
}

function hostname(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : '';
}
