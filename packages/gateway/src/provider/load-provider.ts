import type { EmbeddingModelV3, LanguageModelV3 } from '@ai-sdk/provider';
import type { LanguageModelV4 } from '@ai-sdk/provider-4';
import { EmbedLLMError } from '@embedllm/core';
import type { UpstreamConfiguration } from '../configuration/configuration.js';
import type { GatewayFetch } from '../upstream/gateway-fetch.js';
import { type Backend, backendOf, packageOf, settingsOf } from './backends.js';
import { fetchOver } from './fetch-over.js';
import { fromV4 } from './from-v4.js';

/** What is used of an embedding model, in which the versions of the AI SDK's interface agree. */
export type EmbeddingModel = Pick<EmbeddingModelV3, 'maxEmbeddingsPerCall' | 'doEmbed'>;

/** Gives the models of a provider by their names. */
export interface ProviderModels {
  chat(model: string): LanguageModelV3;
  embedding(model: string): EmbeddingModel;
}

type Factory = (settings: object) => unknown;

/**
 * Loads the package that an upstream's provider needs, where it needs one.
 *
 * @throws EmbedLLMError `missing-dependency` saying what to install.
 */
export async function loadProviderPackage(upstream: UpstreamConfiguration): Promise<void> {
  const backend = backendOf(upstream);
  if (backend) await loadFactory(upstream.name, backend);
}

/** Makes the source of an upstream's models, whose calls go over the upstream's own transport. */
export async function createProvider(
  upstream: UpstreamConfiguration,
  backend: Backend,
  fetch: GatewayFetch,
): Promise<ProviderModels> {
  const { name, provider: kind, baseURL } = upstream;
  const create = await loadFactory(name, backend);
  const settings = { ...settingsOf(upstream, backend), fetch: fetchOver(fetch) };
  const shared: unknown = create(settings);
  return {
    chat(id) {
      // Azure has an address for each deployment.
      const provider =
        kind === 'azure'
          ? create({
              ...settings,
              baseURL: `${baseURL}/openai/deployments/${encodeURIComponent(id)}`,
            })
          : shared;
      const model: unknown = typeof provider === 'function' ? provider(id) : undefined;
      if (isV3(model)) return model;
      if (isV4(model)) return fromV4(model);
      throw wrongVersion(name, backend);
    },
    embedding(id) {
      const make: unknown =
        typeof shared === 'function' ? Reflect.get(shared, 'embeddingModel') : undefined;
      const model: unknown =
        typeof make === 'function' ? Reflect.apply(make, shared, [id]) : undefined;
      if (isEmbeddingModel(model)) return model;
      throw wrongVersion(name, backend);
    },
  };
}

async function loadFactory(upstream: string, backend: Backend): Promise<Factory> {
  const facts = packageOf(backend);
  let loaded: unknown;
  try {
    // No literal, so that bundlers leave out what is not installed.
    loaded = await import(/* @vite-ignore */ facts.package);
  } catch (cause) {
    throw new EmbedLLMError(
      `The upstream ${upstream} needs the package ${facts.package}: npm install ${facts.package}@${facts.version}`,
      { code: 'missing-dependency', cause },
    );
  }
  const create: unknown =
    typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, facts.create) : undefined;
  if (typeof create !== 'function') throw wrongVersion(upstream, backend);
  return (settings) => Reflect.apply(create, undefined, [settings]);
}

/** Of the third version of the AI SDK's interface, which is that of its packages for Node 20. */
function isV3(value: unknown): value is LanguageModelV3 {
  return versionOf(value) === 'v3';
}

/** Of the fourth version, which is that of its packages for Node 22. */
function isV4(value: unknown): value is LanguageModelV4 {
  return versionOf(value) === 'v4';
}

function isEmbeddingModel(value: unknown): value is EmbeddingModel {
  return isV3(value) || isV4(value);
}

function versionOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return 'specificationVersion' in value ? value.specificationVersion : undefined;
}

function wrongVersion(upstream: string, backend: Backend): EmbedLLMError {
  const { package: name, version } = packageOf(backend);
  return new EmbedLLMError(
    `The upstream ${upstream} needs another version of ${name}: npm install ${name}@${version}`,
    { code: 'missing-dependency' },
  );
}
