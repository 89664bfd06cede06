import { EmbedLLMError } from '@embedllm/core';
import { didYouMean, isJsonObject } from '@embedllm/internals';
import type { AskableModel } from './askable-model.js';
import { chatModel, keyFrom } from './chat-model.js';

/**
 * Vendors with a protocol of their own, through `@ai-sdk/...`, an optional peer of the same name, and
 * the variable that holds the key.
 */
const PACKAGES: Readonly<Record<string, string>> = {
  anthropic: 'ANTHROPIC_API_KEY',
  google: 'GOOGLE_GENERATIVE_AI_API_KEY',
};

/** Vendors that speak OpenAI's protocol: the address, and the variable that holds the key. */
export const SERVERS: Readonly<
  Record<string, { readonly baseURL: string; readonly apiKeyEnv: string }>
> = {
  openai: { baseURL: 'https://api.openai.com/v1', apiKeyEnv: 'OPENAI_API_KEY' },
  mistral: { baseURL: 'https://api.mistral.ai/v1', apiKeyEnv: 'MISTRAL_API_KEY' },
  xai: { baseURL: 'https://api.x.ai/v1', apiKeyEnv: 'XAI_API_KEY' },
  groq: { baseURL: 'https://api.groq.com/openai/v1', apiKeyEnv: 'GROQ_API_KEY' },
  deepseek: { baseURL: 'https://api.deepseek.com/v1', apiKeyEnv: 'DEEPSEEK_API_KEY' },
  openrouter: { baseURL: 'https://openrouter.ai/api/v1', apiKeyEnv: 'OPENROUTER_API_KEY' },
  together: { baseURL: 'https://api.together.xyz/v1', apiKeyEnv: 'TOGETHER_API_KEY' },
  fireworks: { baseURL: 'https://api.fireworks.ai/inference/v1', apiKeyEnv: 'FIREWORKS_API_KEY' },
};

/** The vendors whose models can be named as `vendor:model`, and the variable that holds the key. */
export const VENDOR_KEYS: readonly (readonly [vendor: string, apiKeyEnv: string])[] = [
  ...Object.entries(SERVERS).map(([vendor, { apiKeyEnv }]) => [vendor, apiKeyEnv] as const),
  ...Object.entries(PACKAGES),
];

const VENDORS = VENDOR_KEYS.map(([vendor]) => vendor);

/**
 * A model of a vendor.
 *
 * @throws EmbedLLMError `missing-dependency` where the vendor's package is not installed,
 * `invalid-argument` on an unknown vendor or a key that is not set.
 */
export async function vendorModel(
  vendor: string,
  modelId: string,
  apiKeyEnv: string | undefined,
): Promise<AskableModel> {
  const server = Object.hasOwn(SERVERS, vendor) ? SERVERS[vendor] : undefined;
  if (server) {
    return chatModel({
      ...{ baseURL: server.baseURL, modelId },
      apiKeyEnv: apiKeyEnv ?? server.apiKeyEnv,
    });
  }
  const variable = Object.hasOwn(PACKAGES, vendor) ? PACKAGES[vendor] : undefined;
  if (variable === undefined) {
    throw new EmbedLLMError(
      `Unknown vendor "${vendor}" in "${vendor}:${modelId}".${didYouMean(vendor, VENDORS)} Available: ${VENDORS.join(', ')}. For other vendors, use an address (http://HOST/v1#MODEL) or a language model of the AI SDK.`,
      { code: 'invalid-argument' },
    );
  }
  const provider = await loadProvider(vendor);
  // The package would ask for it only with the first call, after others were paid for.
  keyFrom(variable);
  const model: unknown = typeof provider === 'function' ? provider(modelId) : undefined;
  if (isAskable(model)) return model;
  throw new EmbedLLMError(
    `@ai-sdk/${vendor} did not return a language model for "${modelId}". Update it: npm install @ai-sdk/${vendor}`,
    { code: 'missing-dependency' },
  );
}

async function loadProvider(vendor: string): Promise<unknown> {
  try {
    const module: object = await import(`@ai-sdk/${vendor}`);
    return Reflect.get(module, vendor);
  } catch (cause) {
    throw new EmbedLLMError(
      `Models of ${vendor} need its AI SDK package. Install it with: npm install @ai-sdk/${vendor}`,
      { code: 'missing-dependency', cause },
    );
  }
}

/** Whether a value has what is needed to ask it. */
export function isAskable(value: unknown): value is AskableModel {
  return (
    isJsonObject(value) &&
    typeof value.modelId === 'string' &&
    typeof value.doGenerate === 'function'
  );
}
