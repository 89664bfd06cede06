/** Makers of models that speak protocols of their own, through packages of the AI SDK. */
export type Vendor = 'anthropic' | 'google' | 'mistral' | 'bedrock';

/** For as long as caches usually keep tokens, and for an hour. */
export interface CacheWriteFactors {
  readonly usual: number;
  readonly hour: number;
}

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
  /** What tokens cost that are written into a cache, as multiples of others that are read. @default 1 */
  readonly cacheWriteFactors?: CacheWriteFactors;
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
    cacheWriteFactors: { usual: 1.25, hour: 2 },
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

/** What tokens cost at a provider that are written into a cache, where they cost more than others that are read. */
export function cacheWriteFactors(provider: string): CacheWriteFactors | undefined {
  return isVendor(provider) ? VENDORS[provider].cacheWriteFactors : undefined;
}

/** Whether a text names a vendor. */
export function isVendor(text: string): text is Vendor {
  return Object.hasOwn(VENDORS, text);
}
