import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BankQuestion } from '@embedllm/pretrained';

/** A server of models whose answers are known to be right or wrong. */
export interface LabelledServer {
  readonly baseURL: string;
  /** How often each question was asked of each model, by `model question`. */
  readonly asked: Map<string, number>;
  /** Called at each request. */
  onRequest: () => void;
  close(): void;
}

/** How models say the right answer, so that its scorer finds it. */
const RIGHT: Readonly<Record<BankQuestion['scorer'], (key: string) => string>> = {
  choice: (key) => `The answer is (${key}).`,
  number: (key) => `The answer is ${key}.`,
  latex: (key) => `The answer is $\\boxed{${key}}$.`,
  'python-literal': (key) => `[ANSWER]\n${key}\n[/ANSWER]`,
};
const WRONG = 'The answer is \\boxed{-987654321}.';

/**
 * Speaks OpenAI's protocol. A question is known by its text, with which a request begins; the tokens
 * of an answer are those that its model usually writes.
 *
 * @param isRight - Whether a model is right about a question; `undefined` where that is not known,
 * which is an error of the server.
 */
export async function labelledServer(
  questions: readonly BankQuestion[],
  isRight: (model: string, question: BankQuestion) => boolean | undefined,
  outputTokens: (model: string) => number,
): Promise<LabelledServer> {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'GET') {
        response.writeHead(404).end('{}');
        return;
      }
      const { model, messages } = JSON.parse(Buffer.concat(chunks).toString());
      const text: string = messages.at(-1).content;
      const question = questions.find(({ prompt }) => text.startsWith(prompt));
      if (!question) throw new Error(`Not a question of the bank: ${text.slice(0, 80)}`);
      const key = `${model} ${question.id}`;
      asked.set(key, (asked.get(key) ?? 0) + 1);
      labelled.onRequest();
      const right = isRight(model, question);
      if (right === undefined) {
        response.writeHead(400).end('{"error":{"message":"nobody knows"}}');
        return;
      }
      const content = right ? RIGHT[question.scorer](question.key) : WRONG;
      const usage = {
        prompt_tokens: Math.ceil(text.length / 4),
        completion_tokens: outputTokens(model),
      };
      const message = { role: 'assistant', content };
      response.end(JSON.stringify({ choices: [{ message, finish_reason: 'stop' }], usage }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const labelled: LabelledServer = {
    ...{ baseURL: `http://127.0.0.1:${port}/v1`, asked, onRequest: () => {} },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return labelled;
}
