import type { UpstreamConfiguration } from '../configuration/configuration.js';
import type { Protocol } from '../protocol/protocol.js';

/** What a call is about. */
export interface Addressed {
  readonly protocol: Pick<Protocol, 'path' | 'passedQuery'>;
  /** The model's name at the upstream. */
  readonly model: string;
  /** Of the client's request. */
  readonly query: URLSearchParams;
}

/** Where an upstream takes requests of a protocol. Azure has an address for each deployment of a model. */
export function upstreamUrl(
  { provider, baseURL, apiVersion = '' }: UpstreamConfiguration,
  { protocol: { path, passedQuery }, model, query }: Addressed,
): string {
  if (provider !== 'azure') {
    const kept = [...query].filter(([name]) => passedQuery.includes(name));
    return `${baseURL}${path}${kept.length === 0 ? '' : `?${new URLSearchParams(kept)}`}`;
  }
  const version = encodeURIComponent(apiVersion);
  return `${baseURL}/openai/deployments/${encodeURIComponent(model)}${path}?api-version=${version}`;
}

/** How the gateway identifies itself to an upstream. */
export function upstreamCredentials({
  provider,
  apiKey,
}: UpstreamConfiguration): Record<string, string> {
  if (apiKey === undefined) return {};
  if (provider === 'anthropic') return { 'x-api-key': apiKey.reveal() };
  if (provider === 'azure') return { 'api-key': apiKey.reveal() };
  return { authorization: `Bearer ${apiKey.reveal()}` };
}
