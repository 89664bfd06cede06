// Stands in for the network: providers in the form of the OpenAI API, and files of an artifact.
import { readFile } from 'node:fs/promises';
import './artifact.js';

process.env.OPENAI_API_KEY = 'key';
process.env.GATEWAY_KEY = 'gateway-key-of-sixteen-characters';

globalThis.fetch = async (input, init) => {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : {};
  if (pathname.endsWith('/chat/completions')) return Response.json(completion());
  if (pathname.endsWith('/embeddings')) return Response.json(embeddings(body));
  return new Response(new Uint8Array(await readFile(`.${pathname}`)));
};

function completion() {
  return {
    ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 0, model: 'any' },
    choices: [{ index: 0, message: { role: 'assistant', content: '391' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
  };
}

function embeddings(body: unknown) {
  const input = typeof body === 'object' && body && 'input' in body ? body.input : [];
  const texts = Array.isArray(input) ? input : [input];
  const data = texts.map((_, index) => {
    const embedding = Array.from({ length: 1536 }, (__, i) => (i === index ? 1 : 0));
    return { object: 'embedding', index, embedding };
  });
  return { object: 'list', data, model: 'any', usage: { prompt_tokens: 1, total_tokens: 1 } };
}
