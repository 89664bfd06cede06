import { EmbedLLMError } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import type { AskableModel, JsonValue } from './askable-model.js';
import { chatModel } from './chat-model.js';
import type { CollectModel, ResolvedModel } from './collect-model.js';
import { EFFORT } from './reasoning-effort.js';
import { isAskable, vendorModel } from './vendors.js';

const LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0|host\.docker\.internal)$/;

/**
 * Makes a model ready to be asked. A text is looked up: models of anthropic and google through
 * `@ai-sdk/anthropic` and `@ai-sdk/google`, which are optional peers; those of openai, mistral, xai,
 * groq, deepseek, openrouter, together and fireworks, and of any server by its address and a model's
 * name, through this package's own client of OpenAI's chat completions. Keys are those of the usual
 * environment variables.
 *
 * @throws EmbedLLMError `invalid-argument` on a text that is neither, a key that is not set or a setting out of range,
 * `missing-dependency` where the vendor's package is not installed.
 *
 * @example
 * const { name } = await resolveModel('http://localhost:11434/v1#llama3.2');
 * console.log(name); // llama3.2
 */
export async function resolveModel(given: string | CollectModel): Promise<ResolvedModel> {
  const settings: CollectModel = typeof given === 'string' ? { model: given } : given;
  const { model } = settings;
  checkSettings(settings);
  if (typeof model !== 'string') {
    if (!isAskable(model)) {
      throw new EmbedLLMError(
        'A model must be a string such as "openai:gpt-5-mini" or a language model of the AI SDK (6 or later).',
        { code: 'invalid-argument' },
      );
    }
    return withEffort(model, model.modelId, settings);
  }
  const [, base = model, effort = settings.reasoningEffort] = EFFORT.exec(model) ?? [];
  const withSuffix = { ...settings, reasoningEffort: effort };
  if (/^https?:\/\//.test(base)) return serverModel(base, withSuffix);
  const [, vendor = '', modelId = ''] = /^([\w-]+):(.+)$/.exec(base) ?? [];
  if (modelId === '') {
    throw new EmbedLLMError(
      `"${model}" does not name a model. Write it as vendor:model, such as openai:gpt-5-mini, or as address#model, such as http://localhost:11434/v1#llama3.2.`,
      { code: 'invalid-argument' },
    );
  }
  return withEffort(await vendorModel(vendor, modelId, settings.apiKeyEnv), modelId, withSuffix);
}

function serverModel(address: string, settings: CollectModel): ResolvedModel {
  const [baseURL = '', modelId = ''] = address.split('#');
  if (!URL.canParse(baseURL) || modelId === '') {
    throw new EmbedLLMError(
      `"${address}" does not name a model. Add it after the address: ${baseURL}#MODEL.`,
      { code: 'invalid-argument' },
    );
  }
  const { hostname } = new URL(baseURL);
  const { apiKeyEnv } = settings;
  const free = LOCAL.test(hostname) ? 0 : undefined;
  return withEffort(chatModel({ baseURL, modelId, apiKeyEnv }), modelId, {
    ...settings,
    pricePerMillionInputTokens: settings.pricePerMillionInputTokens ?? free,
    pricePerMillionOutputTokens: settings.pricePerMillionOutputTokens ?? free,
  });
}

function withEffort(model: AskableModel, modelId: string, settings: CollectModel): ResolvedModel {
  const { reasoningEffort: effort, providerOptions = {} } = settings;
  const name = settings.name ?? (effort === undefined ? modelId : `${modelId}:${effort}`);
  if (name === '__proto__') {
    throw new EmbedLLMError('A model cannot be called "__proto__". Give it another name.', {
      code: 'invalid-argument',
    });
  }
  if (effort === undefined) return { ...settings, name, model };
  const [provider = ''] = model.provider.split('.');
  const [key, option] = effortOption(model, provider, effort);
  const merged = { ...option, ...providerOptions[key] };
  return { ...settings, name, model, providerOptions: { ...providerOptions, [key]: merged } };
}

/** Where a provider looks for the effort, and what it calls it. */
function effortOption(
  model: AskableModel,
  provider: string,
  effort: string,
): [string, Record<string, JsonValue>] {
  if (!('specificationVersion' in model)) return ['chat', { reasoning_effort: effort }];
  if (provider === 'anthropic') return [provider, { effort }];
  if (provider === 'google') return [provider, { thinkingConfig: { thinkingLevel: effort } }];
  return [provider, { reasoningEffort: effort }];
}

function checkSettings(settings: CollectModel): void {
  const optional = { optional: true };
  const { pricePerMillionInputTokens, pricePerMillionOutputTokens, temperature } = settings;
  checkNumber('pricePerMillionInputTokens', pricePerMillionInputTokens, { min: 0, ...optional });
  checkNumber('pricePerMillionOutputTokens', pricePerMillionOutputTokens, { min: 0, ...optional });
  checkNumber('temperature', temperature, { min: 0, ...optional });
  const { maxOutputTokens, requestsPerMinute, tokensPerMinute, concurrency } = settings;
  checkInteger('maxOutputTokens', maxOutputTokens, { min: 1, ...optional });
  checkInteger('requestsPerMinute', requestsPerMinute, { min: 1, ...optional });
  checkInteger('tokensPerMinute', tokensPerMinute, { min: 1, ...optional });
  checkInteger('concurrency', concurrency, { min: 1, max: 1000, ...optional });
}
