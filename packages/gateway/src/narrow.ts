import type { ConstraintSettings } from '@embedllm/router/settings';
import { NARROWINGS } from './configuration/narrowing.js';
import type { Exchange } from './exchange.js';
import { readNarrowingHeaders } from './http/narrowing-headers.js';

/**
 * What the request's headers narrow its routing to, as its key allows. Where nobody is asked for a
 * key, everybody may.
 *
 * @param model - The name that the request asks for.
 * @throws ApiError as `readNarrowingHeaders`.
 */
export function narrowingOf(exchange: Exchange, model: string): ConstraintSettings | undefined {
  const { state, account } = exchange;
  const { configuration, policies, authenticator } = state;
  const key = account?.key;
  return readNarrowingHeaders(exchange.headers, {
    allowed: key?.narrowing ?? (authenticator.hasKeys ? [] : NARROWINGS),
    client: key?.name,
    models: key?.models ?? [...configuration.models.keys()],
    isRouted: policies.has(model),
  });
}
