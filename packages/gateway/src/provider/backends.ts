import type { UpstreamConfiguration } from '../configuration/configuration.js';
import { isVendor, VENDORS, type Vendor } from './vendors.js';

/** What a request is translated for: a vendor, or a server of OpenAI's chat completions or Responses. */
export type Backend = Vendor | 'compatible' | 'responses';

/** A package of the AI SDK. */
export interface BackendPackage {
  readonly package: string;
  /** What to install: the line of versions that runs on Node 20. */
  readonly version: string;
  /** The export that makes a provider. */
  readonly create: string;
}

const PACKAGES: Readonly<Record<'compatible' | 'responses', BackendPackage>> = {
  compatible: {
    package: '@ai-sdk/openai-compatible',
    version: '2',
    create: 'createOpenAICompatible',
  },
  responses: { package: '@ai-sdk/openai', version: '3', create: 'createOpenAI' },
};

/** What requests in protocols that an upstream does not speak are translated for, where they are. */
export function backendOf({
  provider,
  protocols,
  translate,
}: Pick<UpstreamConfiguration, 'provider' | 'protocols' | 'translate'>): Backend | undefined {
  if (isVendor(provider)) return provider;
  if (!translate) return undefined;
  if (protocols.includes('chat')) return 'compatible';
  return protocols.includes('responses') ? 'responses' : 'anthropic';
}

/** The package that a backend needs. */
export function packageOf(backend: Backend): BackendPackage {
  return isVendor(backend) ? VENDORS[backend] : PACKAGES[backend];
}

/** What the package's provider is made with, besides the way to call it. */
export function settingsOf(
  { name, provider, baseURL, region, apiVersion, apiKey, maxTokensField }: UpstreamConfiguration,
  backend: Backend,
): object {
  const key = apiKey?.reveal();
  if (backend === 'compatible') {
    return {
      name: 'compatible',
      includeUsage: true,
      supportsStructuredOutputs: true,
      supportedUrls: () => ({ 'image/*': [/^https?:/] }),
      ...(provider === 'azure'
        ? { headers: { 'api-key': key ?? '' }, queryParams: { 'api-version': apiVersion ?? '' } }
        : { ...(key === undefined ? {} : { apiKey: key }) }),
      baseURL,
      ...(maxTokensField === 'max_completion_tokens' && { transformRequestBody: renamed }),
    };
  }
  if (backend === 'anthropic' && provider !== 'anthropic') {
    return { name, baseURL, ...(key === undefined ? { apiKey: '' } : { authToken: key }) };
  }
  return {
    baseURL,
    ...(region === undefined ? {} : { region }),
    ...(key === undefined ? {} : { apiKey: key }),
    // Servers of this protocol may want none, but its package wants one.
    ...(backend === 'responses' && key === undefined ? { apiKey: '-' } : {}),
  };
}

/** What servers take that refuse `max_tokens`. */
function renamed({ max_tokens: limit, ...body }: Record<string, unknown>): object {
  return limit === undefined ? body : { ...body, max_completion_tokens: limit };
}
