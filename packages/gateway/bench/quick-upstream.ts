// An upstream that answers at once, in a process of its own: `quick-upstream.ts [words of a stream]`.
// Says `listening <url>` on standard output.
import { createServer } from 'node:http';
import { listen } from '../test/fake-upstream.js';

const [words = 20] = process.argv.slice(2).map(Number);
const WHOLE = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 0,
  model: 'a',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Four.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 },
});
const event = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: 'a', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const EVENTS = [
  event({ role: 'assistant', content: '' }),
  ...Array.from({ length: words }, (_, index) => event({ content: `word ${index} ` })),
  `${event({}, 'stop')}data: [DONE]\n\n`,
];

const server = createServer((request, response) => {
  let isStream = false;
  let tail = '';
  request.on('data', (chunk: Buffer) => {
    // The member stands at the start or the end of a body; a parse would be the measured work.
    const text = tail + chunk.toString('latin1');
    isStream ||= text.includes('"stream":true');
    tail = text.slice(-16);
  });
  request.on('end', () => {
    if (!isStream) {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(WHOLE),
      });
      response.end(WHOLE);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of EVENTS) response.write(piece);
    response.end();
  });
});
server.keepAliveTimeout = 60_000;
console.log(`listening http://127.0.0.1:${await listen(server)}`);
