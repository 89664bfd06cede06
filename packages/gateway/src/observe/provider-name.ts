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
export function providerName(hostname: string, upstream: string): string {
  if (/^bedrock[\w.-]*\.amazonaws\.com$/.test(hostname)) return 'aws.bedrock';
  const known = PROVIDERS.find(
    ([domain]) =>
      hostname === domain || hostname.endsWith(`.${domain}`) || hostname.endsWith(`-${domain}`),
  );
  return known?.[1] ?? upstream;
}
