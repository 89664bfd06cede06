import type { UpstreamConfiguration } from '../configuration/configuration.js';
import { OPERATIONS, type Operation } from '../operation.js';
import { isVendor } from '../provider/vendors.js';

/** What a call is about. */
export interface Addressed {
  readonly operation: Operation;
  /** The model's name at the upstream. */
  readonly model: string;
}

/** Where an upstream takes an operation. Azure has an address for each deployment of a model. */
export function upstreamUrl(
  { provider, baseURL, apiVersion = '' }: UpstreamConfiguration,
  { operation, model }: Addressed,
): string {
  const { path } = OPERATIONS[operation];
  if (provider !== 'azure') return `${baseURL}${path}`;
  const version = encodeURIComponent(apiVersion);
  return `${baseURL}/openai/deployments/${encodeURIComponent(model)}${path}?api-version=${version}`;
}

/** How the gateway identifies itself to an upstream. */
export function upstreamCredentials({
  provider,
  apiKey,
}: UpstreamConfiguration): Record<string, string> {
  // Vendors' packages send keys in ways of their own.
  if (apiKey === undefined || isVendor(provider)) return {};
  if (provider === 'azure') return { 'api-key': apiKey.reveal() };
  return { authorization: `Bearer ${apiKey.reveal()}` };
}
