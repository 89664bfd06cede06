// A server on this machine that answers for every vendor, and questions for it.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const message = { role: 'assistant', content: 'The answer is 21.' };
    response.end(
      JSON.stringify({
        choices: [{ message, finish_reason: 'stop' }],
        usage: { prompt_tokens: 30, completion_tokens: 6 },
      }),
    );
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
server.unref();

const { port } = server.address() as AddressInfo;
export const baseURL = `http://127.0.0.1:${port}/v1`;
const request = globalThis.fetch;
globalThis.fetch = (_, init) => request(`${baseURL}/chat/completions`, init);
Object.assign(process.env, { OPENAI_API_KEY: 'sk-openai', GROQ_API_KEY: 'gsk-groq' });

writeFileSync(
  'questions.csv',
  'id,prompt,category,key,scorer\nsum,What is 17 + 4?,arithmetic,21,number\n',
);

writeFileSync(
  'requests.jsonl',
  ['Why is the sky blue?', 'Name a river.', 'Name a river.', 'Translate "bread" into Latin.']
    .map((content) => `${JSON.stringify({ request: { messages: [{ role: 'user', content }] } })}\n`)
    .join(''),
);
