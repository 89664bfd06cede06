import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { listen } from './fake-upstream.js';

/** A request as Anthropic's server saw it. */
export interface SeenMessages {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown> & {
    readonly model: string;
    readonly stream?: boolean;
    readonly messages: { readonly role: string; readonly content: unknown }[];
  };
}

/** Answers one request; what is given back is the message, or `undefined` where all is done. */
export type Reply = (seen: SeenMessages, response: ServerResponse) => Message | undefined;

/** The blocks of an answer, and why it ended. */
export interface Message {
  readonly content: readonly object[];
  readonly stop?: string;
  /** What is counted besides, or otherwise. */
  readonly usage?: object;
  /** Breaks the stream off before its end. */
  readonly isCut?: boolean;
}

const USAGE = {
  input_tokens: 10,
  cache_read_input_tokens: 90,
  cache_creation_input_tokens: 20,
  output_tokens: 7,
};

/** An error in Anthropic's form. */
export function anthropicError(
  response: ServerResponse,
  status: number,
  [type, message]: readonly [string, string],
  headers: Record<string, string> = {},
): undefined {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' }));
}

/** Anthropic's server on this machine. */
export interface FakeAnthropic {
  readonly baseURL: string;
  readonly seen: SeenMessages[];
  close(): Promise<void>;
}

/** A local server that speaks Anthropic's Messages, streamed and not. */
export async function fakeAnthropic(key: string, reply: Reply): Promise<FakeAnthropic> {
  const seen: SeenMessages[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      const entry: SeenMessages = { path: request.url ?? '', headers: request.headers, body };
      seen.push(entry);
      if (request.headers['x-api-key'] !== key || !request.headers['anthropic-version']) {
        return anthropicError(response, 401, ['authentication_error', `invalid x-api-key ${key}`]);
      }
      const message = reply(entry, response);
      if (!message) return;
      if (body.stream === true) stream(response, body.model, message);
      else whole(response, body.model, message);
    });
  });
  const port = await listen(server);
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function whole(response: ServerResponse, model: string, { content, stop, usage }: Message): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model,
      content,
      stop_reason: stop ?? 'end_turn',
      stop_sequence: null,
      usage: { ...USAGE, ...usage },
    }),
  );
}

function stream(
  response: ServerResponse,
  model: string,
  { content, stop, usage: counted, isCut = false }: Message,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (type: string, value: object): void => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`);
  };
  const usage = { ...USAGE, ...counted, output_tokens: 1 };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [], usage };
  send('message_start', { message });
  send('ping', {});
  for (const [index, block] of content.entries()) sendBlock(send, index, block);
  if (isCut) {
    setTimeout(() => response.destroy(), 5);
    return;
  }
  send('message_delta', {
    delta: { stop_reason: stop ?? 'end_turn', stop_sequence: null },
    usage: { output_tokens: USAGE.output_tokens },
  });
  send('message_stop', {});
  response.end();
}

function sendBlock(
  send: (type: string, value: object) => void,
  index: number,
  block: object,
): void {
  const text = 'text' in block && typeof block.text === 'string' ? block.text : undefined;
  const input = 'input' in block ? JSON.stringify(block.input) : undefined;
  const start = text === undefined ? { ...block, input: {} } : { ...block, text: '' };
  send('content_block_start', { index, content_block: start });
  const pieces = (text ?? (input === '{}' ? '' : (input ?? ''))).match(/.{1,6}/gs) ?? [''];
  for (const piece of pieces) {
    const delta =
      text === undefined
        ? { type: 'input_json_delta', partial_json: piece }
        : { type: 'text_delta', text: piece };
    send('content_block_delta', { index, delta });
  }
  send('content_block_stop', { index });
}
