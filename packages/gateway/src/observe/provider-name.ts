import type { UpstreamConfiguration } from '../configuration/configuration.js';
import { isVendor, VENDORS } from '../provider/vendors.js';

/** Providers by the ends of their host names, as `gen_ai.provider.name` has them. */
const PROVIDERS: readonly (readonly [string, string])[] = [
  ['openai.azure.com', 'azure.ai.openai'],
  ['services.ai.azure.com', 'azure.ai.inference'],
  ['models.inference.ai.azure.com', 'azure.ai.inference'],
  ['openai.com', 'openai'],
  ['anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['mistral.ai', 'mistral_ai'],
  ['deepseek.com', 'deepseek'],
  ['groq.com', 'groq'],
  ['x.ai', 'x_ai'],
  ['cohere.com', 'cohere'],
  ['cohere.ai', 'cohere'],
  ['perplexity.ai', 'perplexity'],
  ['ml.cloud.ibm.com', 'ibm.watsonx.ai'],
];

/**
 * What the semantic conventions for generative AI call the provider behind an address; of one that
 * they do not know, the upstream's own name.
 */
export function providerName(
  hostname: string,
  { provider, name }: Pick<UpstreamConfiguration, 'provider' | 'name'>,
): string {
  if (isVendor(provider)) return VENDORS[provider].span;
  if (provider === 'azure') return 'azure.ai.openai';
  if (/^bedrock[\w.-]*\.amazonaws\.com$/.test(hostname)) return 'aws.bedrock';
  const known = PROVIDERS.find(
    ([domain]) =>
      hostname === domain || hostname.endsWith(`.${domain}`) || hostname.endsWith(`-${domain}`),
  );
  return known?.[1] ?? name;
}
