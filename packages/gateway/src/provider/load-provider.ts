import type { LanguageModelV3 } from '@ai-sdk/provider';
import { EmbedLLMError } from '@embedllm/core';
import type { UpstreamConfiguration } from '../configuration/configuration.js';
import type { GatewayFetch } from '../upstream/gateway-fetch.js';
import { fetchOver } from './fetch-over.js';
import { isVendor, VENDORS, type Vendor } from './vendors.js';

/** Gives the model of a name. */
export type ModelSource = (model: string) => LanguageModelV3;

type Factory = (settings: object) => unknown;

/**
 * Loads the package that an upstream's provider needs, where it needs one.
 *
 * @throws EmbedLLMError `missing-dependency` saying what to install.
 */
export async function loadProviderPackage({
  name,
  provider,
}: Pick<UpstreamConfiguration, 'name' | 'provider'>): Promise<void> {
  if (isVendor(provider)) await loadFactory(name, provider);
}

/** Makes the source of an upstream's models, whose calls go over the upstream's own transport. */
export async function createProvider(
  { name, baseURL, region, apiKey }: UpstreamConfiguration,
  vendor: Vendor,
  fetch: GatewayFetch,
): Promise<ModelSource> {
  const create = await loadFactory(name, vendor);
  const provider: unknown = create({
    baseURL,
    ...(region === undefined ? {} : { region }),
    ...(apiKey === undefined ? {} : { apiKey: apiKey.reveal() }),
    fetch: fetchOver(fetch),
  });
  return (id) => {
    const model: unknown = typeof provider === 'function' ? provider(id) : undefined;
    if (isModel(model)) return model;
    throw wrongVersion(name, vendor);
  };
}

async function loadFactory(upstream: string, vendor: Vendor): Promise<Factory> {
  const facts = VENDORS[vendor];
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
  if (typeof create !== 'function') throw wrongVersion(upstream, vendor);
  return (settings) => Reflect.apply(create, undefined, [settings]);
}

/** Of the third version of the AI SDK's interface, which is that of its packages for Node 20. */
function isModel(value: unknown): value is LanguageModelV3 {
  return (
    typeof value === 'object' &&
    value !== null &&
    'specificationVersion' in value &&
    value.specificationVersion === 'v3'
  );
}

function wrongVersion(upstream: string, vendor: Vendor): EmbedLLMError {
  const { package: name, version } = VENDORS[vendor];
  return new EmbedLLMError(
    `The upstream ${upstream} needs another version of ${name}: npm install ${name}@${version}`,
    { code: 'missing-dependency' },
  );
}
