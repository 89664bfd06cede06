// Stands in for the provider: OpenAI's protocol on this machine, with answers that stream.
import { createServer } from 'node:http';

/** `outages` names models that answer with status 503. */
export async function startLocalProvider() {
  const outages = new Set();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { model } = JSON.parse(Buffer.concat(chunks).toString());
    if (outages.has(model)) {
      response.writeHead(503, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `${model} is overloaded` } }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (fields) =>
      response.write(
        `data: ${JSON.stringify({ id: 'local', object: 'chat.completion.chunk', created: 0, model, ...fields })}\n\n`,
      );
    for (const content of ['This ', 'is ', model, '.']) {
      send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    }
    send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    const usage = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };
    send({ choices: [], usage });
    response.end('data: [DONE]\n\n');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    baseURL: `http://127.0.0.1:${server.address().port}/v1`,
    outages,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
