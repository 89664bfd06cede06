/** Makers of models that speak protocols of their own, through packages of the AI SDK. */
export type Vendor = 'anthropic' | 'google' | 'mistral' | 'bedrock';

/** How a vendor's models are reached. */
export interface VendorFacts {
  /** The package of the AI SDK, an optional peer. */
  readonly package: string;
  /** What to install: the line of versions that runs on Node 20. */
  readonly version: string;
  /** The export that makes a provider. */
  readonly create: string;
  /** Where it is by default; of Bedrock by its region. */
  readonly baseURL: string | undefined;
  /** Whether a key has to be configured. */
  readonly needsKey: boolean;
  /** Of a vendor with embeddings: the option of the package that is the number of their dimensions. */
  readonly embeddings?: { readonly dimensions?: string };
  /** `gen_ai.provider.name` of the semantic conventions. */
  readonly span: string;
  /** What a token costs that is written into a cache, as a multiple of others that are read. @default 1 */
  readonly cacheWriteFactor?: number;
}

/** All vendors that can be named. */
export const VENDORS: Readonly<Record<Vendor, VendorFacts>> = {
  anthropic: {
    package: '@ai-sdk/anthropic',
    version: '3',
    create: 'createAnthropic',
    baseURL: 'https://api.anthropic.com/v1',
    needsKey: true,
    span: 'anthropic',
    // For five minutes; a cache of an hour costs twice the price of input.
    cacheWriteFactor: 1.25,
  },
  google: {
    package: '@ai-sdk/google',
    version: '3',
    create: 'createGoogleGenerativeAI',
    baseURL: 'https://generativelanguage.googleapis.com/v1beta',
    needsKey: true,
    span: 'gcp.gemini',
    embeddings: { dimensions: 'outputDimensionality' },
  },
  mistral: {
    package: '@ai-sdk/mistral',
    version: '3',
    create: 'createMistral',
    baseURL: 'https://api.mistral.ai/v1',
    needsKey: true,
    span: 'mistral_ai',
    embeddings: {},
  },
  bedrock: {
    package: '@ai-sdk/amazon-bedrock',
    version: '4',
    create: 'createAmazonBedrock',
    baseURL: undefined,
    needsKey: false,
    span: 'aws.bedrock',
    embeddings: { dimensions: 'dimensions' },
  },
};

/** What a token costs at a provider that is written into a cache, as a multiple of others that are read. */
export function cacheWriteFactor(provider: string): number {
  return isVendor(provider) ? (VENDORS[provider].cacheWriteFactor ?? 1) : 1;
}

/** Whether a text names a vendor. */
export function isVendor(text: string): text is Vendor {
  return Object.hasOwn(VENDORS, text);
}
