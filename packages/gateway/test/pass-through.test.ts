import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGateway, type GatewayFetch, parseGatewayConfiguration } from '../src/index.js';

/** A protocol with a request and the events of an answer that are whatever else their sender likes. */
interface Surface {
  readonly path: string;
  readonly input: object;
  readonly body: object;
  readonly begin: readonly string[];
  readonly end: readonly string[];
}

const event = (type: string, extra: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...extra })}\n\n`;

const SURFACES: readonly Surface[] = [
  {
    path: '/chat/completions',
    input: { messages: [{ role: 'user', content: 'q' }] },
    body: { choices: [{ index: 0, message: { content: 'a' }, finish_reason: 'stop' }] },
    begin: ['data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'],
    end: [
      'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
      'data: [DONE]\n\n',
    ],
  },
  {
    path: '/messages',
    input: { messages: [{ role: 'user', content: [{ type: 'text', text: 'q' }] }] },
    body: { type: 'message', content: [] },
    begin: [event('message_start', { message: { usage: { input_tokens: 1, output_tokens: 1 } } })],
    end: [event('message_stop')],
  },
  {
    path: '/responses',
    input: { input: 'q' },
    body: { object: 'response', output: [] },
    begin: [event('response.created', { response: { id: 'resp_1' } })],
    end: [event('response.completed', { response: { status: 'completed' } })],
  },
];

/** An upstream that answers with these pieces, and keeps what it was sent. */
function playing(pieces: readonly Uint8Array[], mediaType: string) {
  const sent: { url: string; body: string }[] = [];
  const fetch: GatewayFetch = async (url, { body }) => {
    sent.push({ url, body: await new Response(body).text() });
    return {
      status: 200,
      headers: new Map([['content-type', mediaType]]),
      body: (async function* () {
        for (const piece of pieces) yield piece;
      })(),
    };
  };
  return { fetch, sent };
}

let upstream: GatewayFetch;
const configuration = parseGatewayConfiguration(
  {
    upstreams: {
      local: { baseURL: 'http://127.0.0.1:9/v1', protocols: ['chat', 'messages', 'responses'] },
    },
    models: { here: { upstream: 'local', model: 'there' } },
  },
  { environment: {} },
);
const gateway = createGateway({
  configuration,
  transport: () => (url, init) => upstream(url, init),
});

async function send(fetch: GatewayFetch, path: string, body: string): Promise<Uint8Array> {
  upstream = fetch;
  const response = await gateway.fetch(
    new Request(`http://localhost/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    }),
  );
  return new Uint8Array(await response.arrayBuffer());
}

/** Members that a sender may add anywhere: any JSON under names that mean nothing here. */
const members = fc.dictionary(
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((name) => `x-${name}`),
  fc.jsonValue({ maxDepth: 1, stringUnit: 'grapheme' }),
  { maxKeys: 3 },
);
/** Written with any spaces, and numbers as no serialiser writes them. */
const spaces = fc.constantFrom(undefined, 1, 2, '\t');
const ODD_NUMBER = '"odd":[12345678901234567890,1.0,1e2,-0]';
const written = (value: object, indent: string | number | undefined): string =>
  JSON.stringify(value, null, indent).replace(/\}$/, `,${ODD_NUMBER}}`);

/** Cuts bytes at any places. */
function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const ends = at.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  const bounds = [0, ...ends, bytes.length];
  return bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end));
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each(SURFACES)('what passes through $path', ({ path, input, body, begin, end }) => {
  it('is the same bytes, but for the name of the model', async () => {
    await fc.assert(
      fc.asyncProperty(members, members, spaces, cuts, async (asked, answered, indent, at) => {
        const request = written({ ...asked, model: 'here', ...input }, indent);
        const answer = encode(written({ ...answered, ...body }, indent));
        const { fetch, sent } = playing(cut(answer, at), 'application/json');
        expect(Buffer.compare(await send(fetch, path, request), answer)).toBe(0);
        expect(sent).toEqual([
          {
            url: `http://127.0.0.1:9/v1${path}`,
            body: request.replace(/("model":\s*)"here"/, '$1"there"'),
          },
        ]);
      }),
      { numRuns: 167, seed: 19 },
    );
  });

  it('is the same events, whatever they hold and however they are cut', async () => {
    const unknown = fc.record({
      name: fc.constantFrom('ping', 'content_block_delta', 'response.x.delta', 'later'),
      extra: members,
      space: fc.constantFrom('', ' '),
      line: fc.constantFrom('\n', '\r\n'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(unknown, { maxLength: 5 }), cuts, async (events, at) => {
        const middle = events.map(({ name, extra, space, line }) =>
          [
            `event:${space}${name}`,
            `data:${space}${JSON.stringify({ type: name, ...extra })}`,
            '',
            '',
          ].join(line),
        );
        const stream = encode([': a comment\n\n', ...begin, ...middle, ...end].join(''));
        const { fetch } = playing(cut(stream, at), 'text/event-stream');
        const request = JSON.stringify({ model: 'here', stream: true, ...input });
        expect(Buffer.compare(await send(fetch, path, request), stream)).toBe(0);
      }),
      { numRuns: 167, seed: 19 },
    );
  });
});
