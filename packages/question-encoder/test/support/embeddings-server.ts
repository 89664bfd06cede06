import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHashingEncoder, type HashingEncoder } from '../../src/index.js';

/** A request as the server read it. */
export interface ReceivedRequest {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: {
    readonly model: string;
    readonly input: readonly string[];
    readonly encoding_format: string;
    readonly dimensions?: number;
  };
}

/** An item of a reply in OpenAI's form. */
export interface ReplyItem {
  object: 'embedding';
  index: number;
  embedding: number[] | string;
}

/** Answers a request instead of the server; false leaves it to the server. */
export type Fault = (
  request: ReceivedRequest,
  response: ServerResponse,
  items: ReplyItem[],
) => boolean | undefined;

/** A server of embeddings on this machine, in the form of OpenAI's API. */
export interface EmbeddingsServer {
  readonly baseURL: string;
  readonly requests: ReceivedRequest[];
  /** Most requests that were open at once. */
  peak: number;
  /** Consulted for every request; the index counts requests from 0. */
  fault: (index: number) => Fault | undefined;
  /** Time from a request to its answer. */
  delayMs: number;
  close(): Promise<void>;
}

export const DIMENSIONS = 6;
export const hashing: HashingEncoder = createHashingEncoder({ dimensions: DIMENSIONS, ngrams: 1 });

/** Sends a status with a JSON body and headers. */
export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): true {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  return true;
}

export async function startEmbeddingsServer(): Promise<EmbeddingsServer> {
  let open = 0;
  const server = createServer(async (message, response) => {
    open++;
    state.peak = Math.max(state.peak, open);
    response.once('close', () => open--);
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const request: ReceivedRequest = {
      url: message.url ?? '',
      headers: message.headers,
      body: JSON.parse(Buffer.concat(chunks).toString()),
    };
    const fault = state.fault(state.requests.push(request) - 1);
    if (state.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, state.delayMs));
    const { input, encoding_format: format } = request.body;
    const vectors = await hashing.encode(input);
    const items = input.map((_, index): ReplyItem => {
      const row = vectors.row(index).slice();
      const embedding = format === 'base64' ? Buffer.from(row.buffer).toString('base64') : [...row];
      return { object: 'embedding', index, embedding };
    });
    if (fault?.(request, response, items)) return;
    answer(response, 200, { object: 'list', data: items, model: request.body.model });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const state: EmbeddingsServer = {
    baseURL: `http://127.0.0.1:${address.port}/v1`,
    requests: [],
    peak: 0,
    fault: () => undefined,
    delayMs: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return state;
}
