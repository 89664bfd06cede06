import type { Exchange } from './exchange.js';
import type { GatewayState } from './gateway-state.js';
import type { RouteDescription } from './openapi/descriptions.js';
import type { Protocol } from './protocol/protocol.js';

/** A path and how its requests are answered. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** The pattern, as Hono has it and as it is shown in metrics. */
  readonly path: string;
  readonly description: RouteDescription;
  readonly answer: (exchange: Exchange) => Response | Promise<Response>;
  /** In which its requests are written. @default that of OpenAI */
  readonly protocol?: Protocol | undefined;
  /** Whose key it takes, if any. */
  readonly access: (state: GatewayState) => Access;
}

/** Who may ask: everyone, those with a key, those with an operator's, or those who may see the page. */
export type Access = 'everyone' | 'clients' | 'operators' | 'page';

/** A pattern as people write it: `/v1/models/{id}`. */
export function shownPath(pattern: string): string {
  return pattern.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}');
}
