import type { Exchange } from '../exchange.js';
import { ApiError } from '../http/api-error.js';
import { isWrongKey } from '../http/authentication.js';
import { remoteAddress } from '../http/client-address.js';
import { identifyClient, type KeyOrigin } from '../http/identify-client.js';
import type { RequestHeaders } from '../http/request-headers.js';

/** What is used of them here. */
type Headers = Pick<RequestHeaders, 'get'>;

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/;
const LOCAL_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);
/** What proxies add: behind one, everybody comes from its address. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/**
 * Lets operators see the page: those with a key that has `admin: true`, as a bearer token or as the
 * password that a browser asks for. Where no key has it, those on this machine itself.
 *
 * @param bindings - Of the runtime; `incoming` is Node's own request.
 * @throws ApiError 401, 403, 429 as `identifyClient`, or 404 where the page is turned off.
 */
export async function checkPageAccess(
  { raw, headers, state, notes }: Exchange,
  bindings: unknown,
  origin: KeyOrigin,
): Promise<void> {
  const { authenticator, configuration } = state;
  if (!configuration.ui) throw new ApiError(404, 'This page is turned off (`ui: false`).');
  if (!authenticator.hasAdmins) {
    if (isFromHere(headers, raw.url, bindings)) return;
    const message =
      'This page is only available on this machine, at localhost or 127.0.0.1, unless a key has `admin: true`.';
    throw new ApiError(403, message, { code: 'not_local', isFinal: true });
  }
  try {
    notes.client = await identifyClient(withPasswordAsKey(headers), state, origin);
  } catch (error) {
    throw isWrongKey(error) ? loginNeeded() : error;
  }
  if (!authenticator.isAdmin(notes.client)) throw loginNeeded();
}

function isFromHere(headers: Headers, url: string, bindings: unknown): boolean {
  const host = headers.get('host') ?? new URL(url).host;
  const name = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
  const isDirect = FORWARDED.every((header) => headers.get(header) === null);
  return isDirect && LOCAL_HOSTS.has(name) && LOOPBACK.test(remoteAddress(bindings) ?? '');
}

/** Browsers send `Basic base64(user:password)`; the user's name says nothing here. */
function withPasswordAsKey(headers: Headers): Headers {
  const basic = /^Basic +([A-Za-z0-9+/]+=*) *$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (basic === undefined) return headers;
  try {
    const password = atob(basic).replace(/^[^:]*:/, '');
    return { get: (name) => (name === 'authorization' ? `Bearer ${password}` : null) };
  } catch {
    return headers;
  }
}

function loginNeeded(): ApiError {
  return new ApiError(
    401,
    'Enter a key with `admin: true` as the password; any user name will do.',
    {
      code: 'invalid_api_key',
      headers: { 'www-authenticate': 'Basic realm="EmbedLLM gateway", charset="UTF-8"' },
    },
  );
}
