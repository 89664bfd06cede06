import type { Configuration } from './configuration.js';

/**
 * Gives a configuration its type, so that editors complete and check it.
 *
 * @example
 * ```ts
 * // embedllm.config.ts
 * import { defineConfig } from '@embedllm/cli';
 *
 * export default defineConfig({ data: 'dataset', artifact: 'artifact', seed: 0 });
 * ```
 */
export function defineConfig(configuration: Configuration): Configuration {
  return configuration;
}
