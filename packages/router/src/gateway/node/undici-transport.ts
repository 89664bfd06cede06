import type { UpstreamConfiguration } from '../configuration/configuration.js';
import type { GatewayFetch } from '../upstream/gateway-fetch.js';

/** Connections to upstreams, kept open between requests. */
export interface NodeTransport {
  readonly transport: (upstream: UpstreamConfiguration) => GatewayFetch;
  /** Closes connections that no request uses; requests that run are finished. */
  close(): Promise<void>;
}

/** A transport over undici, which knows how long a connection may take. */
export function undiciTransport(undici: typeof import('undici')): NodeTransport {
  const agents: InstanceType<typeof undici.Agent>[] = [];
  return {
    transport: ({ timeouts }) => {
      const dispatcher = new undici.Agent({
        connect: { timeout: timeouts.connectMs },
        // The gateway has timeouts of its own, by what is awaited.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      agents.push(dispatcher);
      return (url, init) => undici.fetch(url, { ...init, dispatcher });
    },
    close: async () => {
      await Promise.all(agents.map((agent) => agent.close()));
    },
  };
}
