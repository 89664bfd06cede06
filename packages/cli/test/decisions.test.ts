import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type RunningGateway, serveGateway } from '@embedllm/gateway/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder } from './command-line.js';

const folder = scratchFolder();
let upstream: Server;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const message = { role: 'assistant', content: 'An answer.' };
      response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  const configuration = join(folder, 'gateway.json');
  const settings = {
    server: { port: 0, drainMs: 0 },
    upstreams: { local: { baseURL: `http://127.0.0.1:${port}/v1` } },
    models: { small: { upstream: 'local' }, large: { upstream: 'local' } },
    decisions: { file: 'decisions.jsonl' },
  };
  await writeFile(configuration, JSON.stringify(settings));
  gateway = await serveGateway({ configuration, handleSignals: false, log: () => undefined });
});
afterAll(async () => {
  await gateway?.close();
  upstream?.close();
});

async function post(path: string, body: object): Promise<Response> {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.text();
  return response;
}

describe('decisions of the gateway', () => {
  it('become a dataset of the answers that somebody judged', async () => {
    for (let question = 0; question < 12; question++) {
      for (const model of ['small', 'large']) {
        const content = `How much is ${question}, "twice"?\nShow the steps.`;
        const messages = [{ role: 'user', content }];
        const answer = await post('/v1/chat/completions', { model, messages });
        const id = answer.headers.get('x-request-id');
        const isRight = model === 'large' || question % 3 === 0;
        // Nobody judged the last two questions of the small model.
        if (model === 'small' && question > 9) continue;
        const judged = await post('/v1/outcomes', { id, outcome: isRight });
        expect(judged.status).toBe(200);
      }
    }
    await gateway.close();
    const { code, stdout, stderr } = await embedllm(folder, [
      'build',
      'decisions.jsonl',
      '--no-split',
      '--json',
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ questions: 12, models: 2, labels: 22 });

    // What a process that was killed leaves, in the middle and at the end.
    const log = await readFile(join(folder, 'decisions.jsonl'), 'utf8');
    const [first = '', ...lines] = log.split('\n');
    const torn = [first, first.slice(0, 40), ...lines].join('\n') + first.slice(0, 30);
    await writeFile(join(folder, 'torn.jsonl'), torn);
    const again = await embedllm(folder, ['build', 'torn.jsonl', '--no-split', '--json']);
    expect({ code: again.code, stderr: again.stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(again.stdout)).toMatchObject({ questions: 12, models: 2, labels: 22 });
    expect(again.stderr).toMatch(
      /2 incomplete lines of .*torn\.jsonl were left out, the first in row 2\./,
    );
    // A table that somebody wrote is not a log: half of it may be missing.
    const table = '{"question":"q","model":"m","score":1}\n{"question":"r","mo';
    await writeFile(join(folder, 'table.jsonl'), table);
    const refused = await embedllm(folder, ['build', 'table.jsonl', '--no-split']);
    expect(refused.stderr).toMatch(/table\.jsonl.+row 2.+not complete JSON/);
    expect(refused.code).not.toBe(0);
  });
});
