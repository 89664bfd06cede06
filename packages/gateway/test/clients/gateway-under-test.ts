import { type StartedGateway, startGateway } from '../start-gateway.js';
import { type ModelServer, startModelServer } from './model-server.js';

/** Keys of the gateway under test. */
export const KEYS = {
  app: 'client-key-of-the-app',
  /** Its budget is used up by one request. */
  spent: 'client-key-without-money',
  /** It may make one request. */
  hurried: 'client-key-in-a-hurry',
} as const;

const MODELS = [
  'mathematician',
  'lawyer',
  'generalist',
  'silent',
  'busy',
  'failing',
  'refusing',
  'cut',
];

/** A gateway that asks a server of models, routes among three of them, and knows `KEYS`. */
export interface GatewayUnderTest extends StartedGateway {
  readonly server: ModelServer;
}

/** @param onStart - Takes what stops it, and what it needs, in this order. */
export async function startGatewayUnderTest(
  onStart: (stop: () => Promise<void>) => void,
): Promise<GatewayUnderTest> {
  const server = await startModelServer();
  onStart(() => server.close());
  const key = (name: keyof typeof KEYS, limits: object = {}) => ({ name, env: name, limits });
  // An answer has seven tokens.
  const price = { pricePerMillionInputTokens: 0, pricePerMillionOutputTokens: 1000 };
  const model = (name: string) => [name, { upstream: 'local', ...price }];
  const gateway = await startGateway(
    {
      authentication: {
        keys: [
          { ...key('app'), narrowing: true },
          key('spent', { dollars: { month: 0.007 }, maxOutputTokens: 7 }),
          key('hurried', { requests: { month: 1 } }),
        ],
      },
      cors: { origins: [server.origin] },
      retries: { attempts: 1 },
      upstreams: { local: { baseURL: `${server.origin}/v1` } },
      routing: {
        aliases: { thrifty: { objective: 'preferring', prefer: 'generalist', margin: 1 } },
      },
      models: {
        ...Object.fromEntries(MODELS.map(model)),
        embedder: { upstream: 'local', operations: ['embeddings'], pricePerMillionInputTokens: 0 },
      },
    },
    {},
    { environment: KEYS },
    onStart,
  );
  return { ...gateway, server };
}
