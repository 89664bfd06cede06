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
export function settingsOf(upstream: UpstreamConfiguration, backend: Backend): object {
  if (backend === 'compatible') return compatibleSettings(upstream);
  const { name, provider, baseURL, region, apiKey } = upstream;
  const key = apiKey?.reveal();
  if (backend === 'anthropic' && provider !== 'anthropic') {
    return { name, baseURL, ...(key === undefined ? { apiKey: '-' } : { authToken: key }) };
  }
  // Servers of Responses may want no key, but the package wants one.
  const given = key ?? (backend === 'responses' ? '-' : undefined);
  return {
    baseURL,
    ...(region === undefined ? {} : { region }),
    ...(given === undefined ? {} : { apiKey: given }),
  };
}

/** The same for a server of chat completions; of Azure, without the address of the deployment. */
export function compatibleSettings(upstream: UpstreamConfiguration): {
  readonly name: string;
  readonly baseURL: string;
  readonly includeUsage: true;
  readonly supportsStructuredOutputs: true;
  readonly supportedUrls: () => Record<string, RegExp[]>;
  readonly apiKey?: string;
  readonly headers?: Record<string, string>;
  readonly queryParams?: Record<string, string>;
  readonly transformRequestBody?: (body: Record<string, unknown>) => Record<string, unknown>;
} {
  const { provider, baseURL, apiVersion = '', apiKey, maxTokensField } = upstream;
  const key = apiKey?.reveal();
  const bearer = key === undefined ? {} : { apiKey: key };
  const azure = { headers: { 'api-key': key ?? '' }, queryParams: { 'api-version': apiVersion } };
  return {
    name: 'compatible',
    baseURL,
    includeUsage: true,
    supportsStructuredOutputs: true,
    supportedUrls: () => ({ 'image/*': [/^https?:/] }),
    ...(provider === 'azure' ? azure : bearer),
    ...(maxTokensField === 'max_completion_tokens' ? { transformRequestBody: renamed } : {}),
  };
}

/** What servers take that refuse `max_tokens`. */
function renamed({ max_tokens: limit, ...body }: Record<string, unknown>): Record<string, unknown> {
  return limit === undefined ? body : { ...body, max_completion_tokens: limit };
}
