import type { ModelInfo } from '@embedllm/core';
import type { GatewayConfiguration } from './configuration/configuration.js';

/** What a configuration may say of a model that a router goes by. */
const SETTINGS = [
  'pricePerMillionInputTokens',
  'pricePerMillionOutputTokens',
  'contextLength',
  'capabilities',
  'regions',
  'latencyMs',
] as const;

/**
 * What an artifact says of its models, where a configuration does not say otherwise: for the router
 * that `loadRouter` makes, so that policies go by the prices, capabilities and times of the file.
 *
 * @param models - Of the artifact; those that are not configured stay as they are.
 */
export function withModelSettings(
  models: readonly ModelInfo[],
  configuration: Pick<GatewayConfiguration, 'models'>,
): ModelInfo[] {
  return models.map((info) => {
    const settings = configuration.models.get(info.name);
    if (!settings) return info;
    const given = SETTINGS.filter((name) => settings[name] !== undefined);
    return { ...info, ...Object.fromEntries(given.map((name) => [name, settings[name]])) };
  });
}
