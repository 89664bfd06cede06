import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import type { UpstreamConfiguration } from '../configuration/configuration.js';
import type { GatewayFetch } from '../upstream/gateway-fetch.js';
import { decompressed } from './decompressed.js';

/** Connections to upstreams, kept open between requests. */
export interface NodeTransport {
  readonly transport: (upstream: UpstreamConfiguration) => GatewayFetch;
  /** Closes connections that no request uses; requests that run are finished. */
  close(): Promise<void>;
}

/** How long an unused connection is kept where the upstream does not say. */
const KEEP_ALIVE_MS = 30_000;

/** A transport over undici, which honours `connectMs`. */
export function undiciTransport(): NodeTransport {
  const agents: Agent[] = [];
  return {
    transport: ({ timeouts }) => {
      const dispatcher = new Agent({
        connect: { timeout: timeouts.connectMs },
        keepAliveTimeout: KEEP_ALIVE_MS,
        // The gateway has timeouts of its own, by what is awaited.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      agents.push(dispatcher);
      return async (url, { method, headers, body, signal }) => {
        // Unlike `fetch`, this follows no redirect, and costs a fraction of it.
        const response = await request(url, { method, headers, body, signal, dispatcher });
        const answered = new Map(
          Object.entries(response.headers).map(([name, value]) => [name, String(value ?? '')]),
        );
        const content: Readable = decompressed(response.body, answered);
        // An answer that is given up unread must not end the process.
        content.on('error', () => undefined);
        return { status: response.statusCode, headers: answered, body: content };
      };
    },
    close: async () => {
      await Promise.all(agents.map((agent) => agent.close()));
    },
  };
}
