import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** How an upstream treats one request. */
export type Behaviour =
  /** Answers with the last user message, word by word where streamed. */
  | 'answer'
  /** Status 500. */
  | 'fail'
  /** Status 400, with the API key in the message, as careless upstreams do. */
  | 'refuse'
  /** Status 401. */
  | 'unauthorized'
  /** Status 429 with `Retry-After`. */
  | 'rate-limit'
  /** Takes the request and never answers. */
  | 'stall'
  /** Sends the headers of a stream, or half of a body, and closes the connection. */
  | 'cut'
  /** Closes the connection after the first words of a stream. */
  | 'cut-late'
  /** Goes silent after the first words of a stream. */
  | 'stall-late'
  /** Status 200 with an error as the first event of a stream, or as its body. */
  | 'error-event'
  /** Status 200 and a body that is not JSON. */
  | 'garbage'
  /** Redirects to another address. */
  | 'redirect';

/** A request as the upstream saw it. */
export interface SeenRequest {
  readonly model: string;
  readonly text: string;
  readonly stream: boolean;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

export interface FakeUpstreamOptions {
  /** @default always `answer` */
  readonly behave?: (request: SeenRequest) => Behaviour;
  /** What models answer, by name. @default the last user message */
  readonly answers?: Readonly<Record<string, string>>;
  /** Before the first byte. @default 0 */
  readonly latencyMs?: number;
  /** What `rate-limit` says. @default 1 */
  readonly retryAfter?: string;
  /** Between the words of a stream. @default 0 */
  readonly tokenMs?: number;
  /** Called with every request. */
  readonly onRequest?: (request: SeenRequest) => void;
  /** Called when a response ends before it was complete. */
  readonly onAbort?: (request: SeenRequest) => void;
}

export interface FakeUpstream {
  readonly baseURL: string;
  readonly seen: SeenRequest[];
  close(): Promise<void>;
}

/** A local server that speaks the OpenAI protocol and misbehaves as told. */
export async function fakeUpstream(options: FakeUpstreamOptions = {}): Promise<FakeUpstream> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as {
        model: string;
        stream?: boolean;
        messages: { role: string; content: string | { text?: string }[] }[];
      };
      const content = body.messages.at(-1)?.content ?? '';
      const entry: SeenRequest = {
        model: body.model,
        text: typeof content === 'string' ? content : content.map(({ text }) => text).join(''),
        stream: body.stream === true,
        headers: request.headers,
        body,
      };
      seen.push(entry);
      options.onRequest?.(entry);
      response.on('close', () => {
        if (!response.writableFinished) options.onAbort?.(entry);
      });
      setTimeout(() => {
        const text = options.answers?.[entry.model] ?? entry.text;
        const behaviour = options.behave?.(entry) ?? 'answer';
        void reply(response, { ...entry, text }, behaviour, options);
      }, options.latencyMs ?? 0);
    });
  });
  const port = await listen(server);
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Listens on a free port of the loopback interface. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function reply(
  response: ServerResponse,
  request: SeenRequest,
  behaviour: Behaviour,
  { tokenMs = 0, retryAfter = '1' }: FakeUpstreamOptions,
): Promise<void> {
  switch (behaviour) {
    case 'stall':
      return;
    case 'fail':
      return json(response, 500, { error: { message: 'internal' } });
    case 'refuse':
      return json(response, 400, {
        error: { message: `bad request with key ${request.headers.authorization}` },
      });
    case 'unauthorized':
      return json(response, 401, {
        error: { message: `wrong key ${request.headers.authorization}` },
      });
    case 'rate-limit':
      response.setHeader('retry-after', retryAfter);
      return json(response, 429, { error: { message: 'too many' } });
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('<html>oops');
      return;
    case 'redirect':
      response.writeHead(307, { location: 'http://127.0.0.1:9/v1/chat/completions' });
      response.end();
      return;
    case 'error-event':
      if (!request.stream) return json(response, 200, { error: { message: 'overloaded' } });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: ${JSON.stringify({ error: { message: 'overloaded' } })}\n\n`);
      return;
    default:
      if (request.stream) return stream(response, request, behaviour, tokenMs);
      return complete(response, request, behaviour);
  }
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function complete(response: ServerResponse, request: SeenRequest, behaviour: Behaviour): void {
  const text = JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: request.model,
    choices: [
      { index: 0, message: { role: 'assistant', content: request.text }, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'set-cookie': 'session=secret',
    'x-internal': 'secret',
    'keep-alive': 'timeout=5',
  });
  if (behaviour === 'answer') response.end(text);
  else {
    response.write(text.slice(0, 40));
    setTimeout(() => response.destroy(), 5);
  }
}

async function stream(
  response: ServerResponse,
  request: SeenRequest,
  behaviour: Behaviour,
  tokenMs: number,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta: object, finish: string | null = null): void => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    const chunk = {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 0,
      model: request.model,
      choices,
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  send({ role: 'assistant', content: '' });
  if (behaviour === 'cut') {
    setTimeout(() => response.destroy(), 5);
    return;
  }
  const words = request.text.split(/(?<= )/);
  for (const [index, content] of words.entries()) {
    if (response.destroyed) return;
    if (index === 2 && behaviour === 'stall-late') return;
    if (index === 2 && behaviour === 'cut-late') {
      setTimeout(() => response.destroy(), 5);
      return;
    }
    send({ content });
    if (tokenMs > 0) await new Promise((resolve) => setTimeout(resolve, tokenMs));
  }
  send({}, 'stop');
  response.end('data: [DONE]\n\n');
}
