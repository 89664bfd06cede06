import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A request as the server saw it. */
export interface SeenCall {
  readonly model: string;
  /** The last message. */
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  /** How often the same text came before, of the same model. */
  readonly before: number;
}

/** What the server does with a request. */
export interface Reply {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the model says. @default 'The answer is 4.' */
  readonly text?: string;
  /** Instead of a completion. */
  readonly body?: string;
  readonly finish?: string;
  /** False leaves it out. @default 100 tokens read, 10 written */
  readonly usage?: false | { readonly input: number; readonly output: number };
  /** Before the answer. @default 0 */
  readonly delayMs?: number;
  /** Ends the connection without an answer. */
  readonly hangUp?: boolean;
}

/** A server on this machine that speaks OpenAI's chat completions. */
export interface ChatServer {
  readonly baseURL: string;
  readonly seen: SeenCall[];
  /** Requests in progress, and the most that there were at a time. */
  readonly open: { now: number; most: number };
  close(): Promise<void>;
}

/** @param reply - What comes of a request; a text is what the model says. */
export async function chatServer(reply: (call: SeenCall) => Reply | string): Promise<ChatServer> {
  const seen: SeenCall[] = [];
  const open = { now: 0, most: 0 };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const body: { model: string; messages: { content: unknown }[] } = JSON.parse(
        Buffer.concat(chunks).toString(),
      );
      const { model } = body;
      const text = textOf(body.messages.at(-1)?.content);
      const before = seen.filter((call) => call.model === model && call.text === text).length;
      const call: SeenCall = { model, text, headers: request.headers, body: { ...body }, before };
      seen.push(call);
      open.most = Math.max(open.most, ++open.now);
      response.on('close', () => open.now--);
      const given = reply(call);
      const answer: Reply = typeof given === 'string' ? { text: given } : given;
      await wait(answer.delayMs ?? 0);
      if (answer.hangUp) {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status ?? 200, {
        'content-type': 'application/json',
        ...answer.headers,
      });
      response.end(answer.body ?? JSON.stringify(completion(model, answer)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${address.port}/v1`,
    seen,
    open,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function completion(model: string, answer: Reply): object {
  const { text = 'The answer is 4.', finish = 'stop', status = 200 } = answer;
  if (status !== 200) return { error: { message: text, type: 'error' } };
  const { usage = { input: 100, output: 10 } } = answer;
  return {
    id: 'chat-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }],
    ...(usage === false
      ? {}
      : {
          usage: {
            prompt_tokens: usage.input,
            completion_tokens: usage.output,
            total_tokens: usage.input + usage.output,
          },
        }),
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: string }) => part.text ?? '').join('');
}
