// Two models where the README has Ollama: they know the right answers to the easier questions.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { root } from '../workspace.mjs';

/** From which share of the pool that gets a question right each model does. */
const KNOWS = { 'llama3.2': 0.6, qwen3: 0.3 };

export async function startModels() {
  const bank = readFileSync(join(root, 'packages/pretrained/data/mmlu-pro/questions.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const calls = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.method !== 'POST') {
        response.writeHead(404).end('{}');
        return;
      }
      const { model, messages } = JSON.parse(body);
      const text = String(messages.at(-1).content);
      const question = bank.find(({ prompt }) => text.startsWith(prompt));
      calls.push({ model, text, isOfBank: question !== undefined });
      const isRight = question?.poolAccuracy > KNOWS[model];
      const content = question
        ? `(${isRight ? question.key : question.key === 'A' ? 'B' : 'A'})`
        : '17 * 23 = 391';
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          ...{ id: 'chat-1', object: 'chat.completion', created: 1, model },
          choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 200, completion_tokens: 10, total_tokens: 210 },
        }),
      );
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${server.address().port}`,
    calls,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
