import type { ConcurrencySettings } from '../../configuration/concurrency-settings.js';
import type { GatewayConfiguration } from '../../configuration/configuration.js';

/**
 * The configuration of one of several workers: what the gateway as a whole may have at once is divided
 * among them, rounded up.
 */
export function shareOfWorker(
  configuration: GatewayConfiguration,
  workers: number,
): GatewayConfiguration {
  const part = (whole: number): number => Math.ceil(whole / workers);
  const divided = <T extends ConcurrencySettings>(settings: T): T => ({
    ...settings,
    concurrency: part(settings.concurrency),
    queue: part(settings.queue),
  });
  const { limits, upstreams, authentication, routing } = configuration;
  const { shadow } = routing;
  return {
    ...configuration,
    routing: {
      ...routing,
      shadow: shadow?.ask
        ? { ...shadow, ask: { ...shadow.ask, concurrency: part(shadow.ask.concurrency) } }
        : shadow,
    },
    limits: {
      ...divided(limits),
      connections: part(limits.connections),
    },
    upstreams: new Map(
      [...upstreams].map(([name, upstream]) => [
        name,
        { ...upstream, limits: divided(upstream.limits) },
      ]),
    ),
    authentication: {
      ...authentication,
      keys: authentication.keys.map((key) => ({
        ...key,
        limits: {
          ...key.limits,
          concurrency: key.limits.concurrency && divided(key.limits.concurrency),
        },
      })),
    },
  };
}
