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
  /** `gen_ai.provider.name` of the semantic conventions. */
  readonly span: string;
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
  },
  google: {
    package: '@ai-sdk/google',
    version: '3',
    create: 'createGoogleGenerativeAI',
    baseURL: 'https://generativelanguage.googleapis.com/v1beta',
    needsKey: true,
    span: 'gcp.gemini',
  },
  mistral: {
    package: '@ai-sdk/mistral',
    version: '3',
    create: 'createMistral',
    baseURL: 'https://api.mistral.ai/v1',
    needsKey: true,
    span: 'mistral_ai',
  },
  bedrock: {
    package: '@ai-sdk/amazon-bedrock',
    version: '4',
    create: 'createAmazonBedrock',
    baseURL: undefined,
    needsKey: false,
    span: 'aws.bedrock',
  },
};

/** Whether a text names a vendor. */
export function isVendor(text: string): text is Vendor {
  return Object.hasOwn(VENDORS, text);
}
