import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { listen } from '../fake-upstream.js';
import { DONE, json } from '../scripted-gateway.js';

/** A message as the OpenAI protocol has it. */
interface Message {
  readonly role: string;
  readonly content: string | readonly Part[];
}

interface Part {
  readonly text?: string;
  readonly image_url?: { readonly url: string };
  readonly input_audio?: { readonly data: string; readonly format: string };
}

/** What the server reads of a request. */
interface Body {
  readonly model: string;
  readonly messages?: readonly Message[];
  readonly input?: string | readonly string[];
  readonly prompt?: string | readonly string[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly n?: number;
  readonly stop?: string | readonly string[];
  readonly logprobs?: boolean;
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly response_format?: { readonly type: string };
  readonly reasoning_effort?: string;
  readonly encoding_format?: string;
}

/** A request as the server saw it. */
export interface SeenByModel {
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
  /** The last message. */
  readonly text: string;
  readonly at: number;
  /** Whether the connection ended before the answer did. */
  isAborted: boolean;
}

/** A model behind the OpenAI protocol, with all that clients ask of one. */
export interface ModelServer {
  readonly origin: string;
  readonly seen: SeenByModel[];
  close(): Promise<void>;
}

const textOf = (content: Message['content'] = ''): string =>
  typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('');

/**
 * Starts a server whose models answer with what they were asked: `busy` only from the second time
 * on, `refusing` with status 400, `failing` with 500, `silent` never, and `cut` breaks off.
 */
export async function startModelServer(): Promise<ModelServer> {
  const seen: SeenByModel[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>App</title>');
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body: Body = JSON.parse(Buffer.concat(chunks).toString());
      const text = textOf(body.messages?.at(-1)?.content);
      const entry = {
        body,
        text,
        headers: request.headers,
        at: performance.now(),
        isAborted: false,
      };
      seen.push(entry);
      response.on('close', () => {
        entry.isAborted = !response.writableFinished;
      });
      const call = seen.filter((one) => one.text === text && one.body.model === body.model).length;
      if (request.url === '/v1/embeddings') embed(response, body);
      else if (request.url === '/v1/completions') complete(response, body);
      else chat(response, body, text, call);
    });
  });
  const port = await listen(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function embed(response: ServerResponse, { model, input = [], encoding_format }: Body): void {
  const texts = typeof input === 'string' ? [input] : input;
  const data = texts.map((text, index) => {
    const values = [text.length, 0.5];
    const bytes = Buffer.from(Float32Array.from(values).buffer).toString('base64');
    const embedding = encoding_format === 'base64' ? bytes : values;
    return { object: 'embedding', index, embedding };
  });
  json(response, 200, {
    object: 'list',
    model,
    data,
    usage: { prompt_tokens: 3, total_tokens: 3 },
  });
}

function complete(response: ServerResponse, { model, prompt = '', stream }: Body): void {
  const text = `${typeof prompt === 'string' ? prompt : prompt[0]} upon a time`;
  const choices = [{ index: 0, text, finish_reason: 'stop', logprobs: null }];
  const usage = { prompt_tokens: 1, completion_tokens: 3, total_tokens: 4 };
  const whole = { id: 'cmpl-1', object: 'text_completion', created: 1, model, choices };
  if (stream) events(response, [whole]);
  else json(response, 200, { ...whole, usage });
}

function chat(response: ServerResponse, body: Body, text: string, call: number): void {
  const { model, stream } = body;
  if (model === 'silent') return;
  if (model === 'busy' && call === 1) {
    json(response, 429, { error: { message: 'Busy.' } }, { 'retry-after': '1' });
  } else if (model === 'failing') json(response, 500, { error: { message: 'Down.' } });
  else if (model === 'refusing') json(response, 400, { error: { message: 'Not like this.' } });
  else if (stream) streamChat(response, body, text);
  else json(response, 200, wholeChat(body, text));
}

const USAGE = {
  prompt_tokens: 20,
  completion_tokens: 7,
  total_tokens: 27,
  prompt_tokens_details: { cached_tokens: 8 },
  completion_tokens_details: { reasoning_tokens: 5 },
};

/** What the model says to a chat. */
function answerTo(body: Body, text: string): string {
  if (body.response_format?.type === 'json_schema') return JSON.stringify({ city: text });
  const { messages = [] } = body;
  const results = messages.filter(({ role }) => role === 'tool');
  if (results.length > 0) return results.map(({ content }) => textOf(content)).join(', ');
  const last = messages.at(-1)?.content;
  for (const part of Array.isArray(last) ? (last as readonly Part[]) : []) {
    if (part.image_url) return `saw ${part.image_url.url}`;
    if (part.input_audio) return `heard ${part.input_audio.format} ${part.input_audio.data}`;
  }
  const stops = typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []);
  return stops.reduce((said, stop) => said.split(stop)[0] ?? '', text);
}

/** A call for each city of the text, where there is a tool and no result of it yet. */
function callsOf({ tools, messages = [] }: Body, text: string): object[] {
  if (!tools || messages.some(({ role }) => role === 'tool')) return [];
  return text.split(' and ').map((city, index) => ({
    index,
    id: `call-${index}`,
    type: 'function',
    function: { name: tools[0]?.function.name, arguments: JSON.stringify({ city }) },
  }));
}

function logprobsOf({ logprobs }: Body, token: string): object | null {
  if (!logprobs) return null;
  const top = [{ token, logprob: -0.25, bytes: null }];
  return { content: [{ token, logprob: -0.25, bytes: null, top_logprobs: top }], refusal: null };
}

function wholeChat(body: Body, text: string): object {
  const content = answerTo(body, text);
  const calls = callsOf(body, text);
  const message =
    calls.length > 0
      ? { role: 'assistant', content: null, tool_calls: calls }
      : { role: 'assistant', content };
  const choices = Array.from({ length: body.n ?? 1 }, (_, index) => ({
    index,
    message,
    logprobs: logprobsOf(body, content),
    finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
  }));
  const { model } = body;
  return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model, choices, usage: USAGE };
}

function streamChat(response: ServerResponse, body: Body, text: string): void {
  const { model } = body;
  const chunk = (choices: object[], extra: object = {}): object => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model,
    choices,
    ...extra,
  });
  const delta = (value: object, finish: string | null = null): object =>
    chunk([{ index: 0, delta: value, finish_reason: finish }]);
  const sent: object[] = [delta({ role: 'assistant', content: '' })];
  const calls = callsOf(body, text) as { index: number; function: { arguments: string } }[];
  for (const { index, function: called, ...call } of calls) {
    const half = Math.floor(called.arguments.length / 2);
    const pieces = [called.arguments.slice(0, half), called.arguments.slice(half)];
    const named = { ...called, arguments: '' };
    sent.push(delta({ tool_calls: [{ index, ...call, function: named }] }));
    for (const piece of pieces) {
      sent.push(delta({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  }
  if (calls.length === 0) {
    for (const content of answerTo(body, text).split(/(?<= )/)) sent.push(delta({ content }));
  }
  if (model === 'cut') {
    cutOff(response, sent.slice(0, 3));
    return;
  }
  sent.push(delta({}, calls.length > 0 ? 'tool_calls' : 'stop'));
  if (body.stream_options?.include_usage) sent.push(chunk([], { usage: USAGE }));
  events(response, sent);
}

const line = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

function events(response: ServerResponse, sent: readonly object[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(sent.map(line).join('') + DONE);
}

function cutOff(response: ServerResponse, sent: readonly object[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(sent.map(line).join(''));
  setTimeout(() => response.destroy(), 5);
}
