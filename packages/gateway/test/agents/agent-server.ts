import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { listen } from '../fake-upstream.js';
import { json } from '../scripted-gateway.js';
import { type ChatBody, readChat, toCompletion, toCompletionEvents } from './spoken-chat.js';
import { type MessagesBody, readMessages, toMessage, toMessageEvents } from './spoken-messages.js';
import {
  type ResponsesBody,
  readResponses,
  toResponse,
  toResponseEvents,
} from './spoken-responses.js';
import { type AnsweredTurn, type AskedTurn, answerTurn } from './turn.js';

/** A request in any of the protocols. */
export type Body = { readonly model: string; readonly stream?: boolean } & ChatBody &
  MessagesBody &
  ResponsesBody;

const PROTOCOLS = {
  '/v1/chat/completions': { read: readChat, whole: toCompletion, events: toCompletionEvents },
  '/v1/messages': { read: readMessages, whole: toMessage, events: toMessageEvents },
  '/v1/responses': { read: readResponses, whole: toResponse, events: toResponseEvents },
};

/** A request as the server saw it. */
export interface SeenByAgentModel {
  readonly path: string;
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
  readonly turn: AskedTurn;
}

/** Models that speak all three protocols; `cut` breaks streams off, `failing` answers with status 500. */
export interface AgentServer {
  readonly baseURL: string;
  readonly seen: SeenByAgentModel[];
  close(): Promise<void>;
}

/**
 * Starts one on a free port.
 *
 * @param answer - What its models say. @default `answerTurn`
 */
export async function startAgentServer(
  answer: (turn: AskedTurn, body: Body) => AnsweredTurn = answerTurn,
): Promise<AgentServer> {
  const seen: SeenByAgentModel[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = (request.url ?? '').replace(/\?.*/, '');
      const body: Body = JSON.parse(Buffer.concat(chunks).toString());
      const found = Object.entries(PROTOCOLS).find(([known]) => known === path)?.[1];
      if (!found) return json(response, 404, { error: { message: `no ${path}` } });
      const turn = found.read(body);
      seen.push({ path, body, headers: request.headers, turn });
      if (body.model === 'failing') return json(response, 500, {});
      const said = answer(turn, body);
      if (body.stream !== true) return json(response, 200, found.whole(body.model, said));
      stream(response, found.events(body.model, said), body.model === 'cut');
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

function stream(response: ServerResponse, events: readonly string[], isCut: boolean): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (!isCut) {
    response.end(events.join(''));
    return;
  }
  response.write(events.slice(0, -3).join(''));
  setTimeout(() => response.destroy(), 5);
}
