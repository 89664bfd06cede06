// Stands in for real providers: a server on this machine that speaks the OpenAI protocol, so that
// calls take the whole way through HTTP and need no key.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sample } from './sample.js';

const RIGHT = 'The option that is right.';
const WRONG = 'An option that is wrong.';

/** A running server. */
export interface RecordedProvider {
  /** For `createOpenAICompatible`. */
  readonly baseURL: string;
  /** Models that answer with status 503 as long as they are in this set. */
  readonly outages: Set<string>;
  /** Marks an answer: the sample keeps no more of it than whether it was right. */
  isRight(text: string): boolean;
  close(): Promise<void>;
}

interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

/**
 * Serves `POST /v1/chat/completions` on a free port of the loopback interface, with what the models
 * are on record to have answered. Every answer is billed as so many tokens.
 */
export async function startRecordedProvider(
  { questions, correctness }: Sample,
  answerTokens: number,
): Promise<RecordedProvider> {
  const positions = new Map(questions.map(({ prompt }, index) => [prompt, index]));
  const answer = (name: string, prompt: string): { text: string; outputTokens: number } => {
    const question = positions.get(prompt);
    const model = correctness.models.indexOf(name);
    const label = question === undefined ? undefined : correctness.get(question, model);
    if (label === undefined) return { text: `${name} has no record of this.`, outputTokens: 8 };
    return { text: label === 1 ? RIGHT : WRONG, outputTokens: answerTokens };
  };
  const outages = new Set<string>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { model, stream, messages } = JSON.parse(body) as ChatRequest;
    if (outages.has(model)) {
      sendJson(response, 503, { error: { message: `${model} is overloaded` } });
      return;
    }
    const reply = answer(model, textOf(messages.at(-1)?.content));
    const usage = {
      prompt_tokens: 0,
      completion_tokens: reply.outputTokens,
      total_tokens: reply.outputTokens,
    };
    const head = { id: 'local', created: 0, model };
    if (!stream) {
      const message = { role: 'assistant', content: reply.text };
      sendJson(response, 200, {
        ...head,
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason: 'stop' }],
        usage,
      });
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (delta: object, rest: object, finish: string | null = null) => {
      const choices = [{ index: 0, delta, finish_reason: finish }];
      const chunk = { ...head, object: 'chat.completion.chunk', choices, ...rest };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    };
    for (const word of reply.text.split(/(?<= )/)) send({ content: word }, {});
    send({}, { usage }, 'stop');
    response.end('data: [DONE]\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    outages,
    isRight: (text) => text === RIGHT,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** The SDK sends a text, or parts with a `text`. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: string }) => part.text ?? '').join('');
}
