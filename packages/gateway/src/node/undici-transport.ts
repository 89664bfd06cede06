import { Agent, request } from 'undici';
import type { UpstreamConfiguration } from '../configuration/configuration.js';
import type { GatewayFetch } from '../upstream/gateway-fetch.js';

/** Connections to upstreams, kept open between requests. */
export interface NodeTransport {
  readonly transport: (upstream: UpstreamConfiguration) => GatewayFetch;
  /** Closes connections that no request uses; requests that run are finished. */
  close(): Promise<void>;
}

/** A transport over undici, which knows how long a connection may take. */
export function undiciTransport(): NodeTransport {
  const agents: Agent[] = [];
  return {
    transport: ({ timeouts }) => {
      const dispatcher = new Agent({
        connect: { timeout: timeouts.connectMs },
        // The gateway has timeouts of its own, by what is awaited.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      agents.push(dispatcher);
      return async (url, { method, headers, body, signal }) => {
        // Unlike `fetch`, this follows no redirect, and costs a fraction of it.
        const response = await request(url, { method, headers, body, signal, dispatcher });
        // An answer that is given up unread must not end the process.
        response.body.on('error', () => undefined);
        return {
          status: response.statusCode,
          headers: new Map(
            Object.entries(response.headers).map(([name, value]) => [name, String(value ?? '')]),
          ),
          body: response.body,
        };
      };
    },
    close: async () => {
      await Promise.all(agents.map((agent) => agent.close()));
    },
  };
}
