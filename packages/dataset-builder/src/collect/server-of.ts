import type { CollectModel } from './collect-model.js';
import { EFFORT } from './reasoning-effort.js';
import { SERVERS } from './vendors.js';

/** The server that answers for a model, and what it calls the model. */
export interface ModelServer {
  /** Such as `openai`; `local` or the host's name for an address. */
  readonly vendor: string;
  readonly modelId: string;
  /** @default that of the provider */
  readonly baseURL?: string | undefined;
  /** Environment variable that holds the key. @default none */
  readonly apiKeyEnv?: string | undefined;
  /** The vendor's own protocol, where it is not OpenAI's. */
  readonly provider?: 'anthropic' | 'google' | undefined;
}

/** Vendors that are asked through their packages of the AI SDK. */
const VENDORS: Readonly<Record<string, Omit<ModelServer, 'vendor' | 'modelId'>>> = {
  anthropic: {
    provider: 'anthropic',
    apiKeyEnv: 'ANTHROPIC_API_KEY',
  },
  google: {
    provider: 'google',
    apiKeyEnv: 'GOOGLE_GENERATIVE_AI_API_KEY',
  },
  ...SERVERS,
};

/**
 * Where to send requests for a model that is written as a text, such as for the upstreams of a gateway.
 *
 * @returns `undefined` for a language model of the AI SDK, for a reasoning effort, which requests and
 * not servers have, and for what `resolveModel` refuses.
 */
export function serverOf({
  model,
  apiKeyEnv,
  reasoningEffort,
}: CollectModel): ModelServer | undefined {
  if (typeof model !== 'string' || reasoningEffort !== undefined || EFFORT.test(model)) {
    return undefined;
  }
  if (/^https?:\/\//.test(model)) {
    const [baseURL = '', modelId = ''] = model.split('#');
    if (!URL.canParse(baseURL) || modelId === '') return undefined;
    const { hostname } = new URL(baseURL);
    const vendor = /^(?:localhost|127\.|\[::1\])/.test(hostname) ? 'local' : hostname;
    return { vendor, modelId, baseURL, ...(apiKeyEnv !== undefined && { apiKeyEnv }) };
  }
  const [, vendor = '', modelId = ''] = /^([\w-]+):(.+)$/.exec(model) ?? [];
  const server = Object.hasOwn(VENDORS, vendor) ? VENDORS[vendor] : undefined;
  if (!server) return undefined;
  return { vendor, modelId, ...server, ...(apiKeyEnv !== undefined && { apiKeyEnv }) };
}
