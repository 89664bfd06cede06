import { CHAT_PROTOCOLS, type ChatProtocol } from '../protocol/protocol.js';
import { isVendor, VENDORS } from '../provider/vendors.js';
import { readBreaker, readConcurrency, readRetries, readTimeouts } from './call-settings.js';
import type { UpstreamConfiguration, UpstreamProvider } from './configuration.js';
import type { ConfigurationFields } from './configuration-fields.js';
import { readHeaders } from './read-headers.js';
import { readSecret, type SecretSources } from './read-secret.js';

const PROVIDERS: readonly UpstreamProvider[] = [
  'openai',
  'azure',
  ...Object.keys(VENDORS).filter(isVendor),
];
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
]);

/** Reads the upstreams; what they leave out follows the global settings. */
export function readUpstreams(
  root: ConfigurationFields,
  sources: SecretSources,
): Map<string, UpstreamConfiguration> {
  const timeouts = readTimeouts(root.fields('timeouts'));
  const retries = readRetries(root.fields('retries'));
  const breaker = readBreaker(root.fields('breaker'));
  const all = root.fields('upstreams');
  const upstreams = new Map<string, UpstreamConfiguration>();
  const read = (name: string): void => {
    const fields = all
      .fields(name)
      .allow(
        'apiKeyEnv apiKeyFile apiVersion baseURL breaker headers limits maxTokensField promptCacheMs protocols provider region retries streamUsage timeouts translate'.split(
          ' ',
        ),
      );
    const hasKey = fields.has('apiKeyEnv') || fields.has('apiKeyFile');
    const provider = fields.choice('provider', PROVIDERS, 'openai');
    const region = readRegion(fields, provider);
    const baseURL = readBaseURL(fields, provider, region);
    if (isVendor(provider) && VENDORS[provider].needsKey && !hasKey) {
      fields.fail('apiKeyEnv', `Must name the variable with the key for ${provider}.`);
    }
    upstreams.set(name, {
      name,
      provider,
      protocols: readProtocols(fields, provider, baseURL),
      translate: readTranslate(fields, provider),
      baseURL,
      apiVersion: readApiVersion(fields, provider),
      region,
      streamUsage: readStreamUsage(fields, provider),
      maxTokensField: readMaxTokensField(fields, baseURL),
      apiKey: hasKey
        ? readSecret(fields, { env: 'apiKeyEnv', file: 'apiKeyFile' }, sources)
        : undefined,
      headers: readHeaders(fields.fields('headers'), sources, {
        refused: OWN_HEADERS,
        advice: 'Keys: `apiKeyEnv`.',
      }),
      timeouts: readTimeouts(fields.fields('timeouts'), timeouts),
      promptCacheMs: fields.number('promptCacheMs', { default: 300_000, min: 0 }),
      retries: readRetries(fields.fields('retries'), retries),
      breaker: readBreaker(fields.fields('breaker'), breaker),
      limits: readConcurrency(
        fields.fields('limits').allow(['concurrency', 'queue', 'queueTimeoutMs']),
        { concurrency: 64, queue: 128, queueTimeoutMs: 5000 },
      ),
    });
  };
  for (const name of all.keys()) all.guard(() => read(name));
  if (all.keys().length === 0) root.fail('upstreams', 'Must name at least one upstream.');
  return upstreams;
}

function readApiVersion(
  fields: ConfigurationFields,
  provider: UpstreamProvider,
): string | undefined {
  if (provider !== 'azure') {
    if (fields.has('apiVersion')) fields.fail('apiVersion', 'Requires `provider: azure`.');
    return undefined;
  }
  const text = fields.text('apiVersion');
  if (/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(text)) return text;
  return fields.fail('apiVersion', 'Must be an API version such as 2024-10-21.');
}

function readRegion(fields: ConfigurationFields, provider: UpstreamProvider): string | undefined {
  if (provider !== 'bedrock') {
    if (fields.has('region')) fields.fail('region', 'Requires `provider: bedrock`.');
    return undefined;
  }
  const region = fields.text('region');
  if (/^[a-z]{2}(?:-[a-z]+)+-\d+$/.test(region)) return region;
  return fields.fail('region', 'Must be an AWS region such as eu-central-1.');
}

function readStreamUsage(
  fields: ConfigurationFields,
  provider: UpstreamProvider,
): boolean | undefined {
  if (fields.has('streamUsage')) return fields.flag('streamUsage', true);
  return isVendor(provider) ? true : undefined;
}

function readBaseURL(
  fields: ConfigurationFields,
  provider: UpstreamProvider,
  region: string | undefined,
): string {
  const ofRegion = region && `https://bedrock-runtime.${region}.amazonaws.com`;
  const own = isVendor(provider) ? VENDORS[provider].baseURL : undefined;
  const text = fields.text('baseURL', own ?? ofRegion);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    fields.fail('baseURL', 'Must be a URL that starts with http:// or https://.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    fields.fail(
      'baseURL',
      'Must have no user, password, query or fragment. Use `apiKeyEnv` for keys.',
    );
  }
  const href = url.href.replace(/\/+$/, '');
  if (provider !== 'azure') return href;
  if (/\/openai\/v1$/.test(href)) {
    fields.fail('baseURL', "Is Azure's v1 API, which is the same as OpenAI's. Omit `provider`.");
  }
  if (/\/deployments(?:\/|$)/.test(href)) {
    fields.fail('baseURL', 'Must end before /openai. Set deployments in `models.*.model`.');
  }
  return href.replace(/\/openai$/, '');
}

/** The protocols of a vendor are known; other servers say which they have. */
function readProtocols(
  fields: ConfigurationFields,
  provider: UpstreamProvider,
  baseURL: string,
): readonly ChatProtocol[] {
  if (provider !== 'openai') {
    if (fields.has('protocols')) fields.fail('protocols', 'Requires `provider: openai`.');
    if (provider === 'anthropic') return ['messages'];
    return provider === 'azure' ? ['chat'] : [];
  }
  if (!fields.has('protocols')) return isOpenAI(baseURL) ? ['chat', 'responses'] : ['chat'];
  const protocols = fields.choices('protocols', CHAT_PROTOCOLS);
  if (protocols.length === 0) fields.fail('protocols', 'Must name at least one protocol.');
  return [...new Set(protocols)];
}

/** AI SDK packages always translate. */
function readTranslate(fields: ConfigurationFields, provider: UpstreamProvider): boolean {
  const isTranslated = fields.flag('translate', isVendor(provider));
  if (!isTranslated && isVendor(provider)) fields.fail('translate', 'Must be true for vendors.');
  return isTranslated;
}

function isOpenAI(baseURL: string): boolean {
  return new URL(baseURL).hostname === 'api.openai.com';
}

/** OpenAI's reasoning models refuse `max_tokens`, and few others know `max_completion_tokens`. */
function readMaxTokensField(
  fields: ConfigurationFields,
  baseURL: string,
): UpstreamConfiguration['maxTokensField'] {
  const text = fields.text(
    'maxTokensField',
    isOpenAI(baseURL) ? 'max_completion_tokens' : 'max_tokens',
  );
  if (text === 'max_tokens' || text === 'max_completion_tokens') return text;
  return fields.fail('maxTokensField', 'Must be max_tokens or max_completion_tokens.');
}
