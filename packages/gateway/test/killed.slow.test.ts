import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeUpstream } from './fake-upstream.js';
import { type SpawnedGateway, spawnGateway } from './spawn-gateway.js';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe('a gateway that is killed with SIGKILL under load', () => {
  it('knows at the next start all that was spent, and what may have been', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'embedllm-killed-'));
    stops.push(() => rm(folder, { recursive: true }));
    const upstream = await fakeUpstream({ latencyMs: 20 });
    stops.push(() => upstream.close());
    const file = join(folder, 'gateway.json');
    vi.stubEnv('KILLED_KEY', 'client-key-4f1d');
    const budget = 0.002;
    const prices = { pricePerMillionInputTokens: 1, pricePerMillionOutputTokens: 10 };
    await writeFile(
      file,
      JSON.stringify({
        server: { port: 0 },
        authentication: {
          keys: [{ name: 'test', env: 'KILLED_KEY', limits: { dollars: { month: budget } } }],
        },
        limits: { ledger: 'ledger.jsonl' },
        upstreams: { local: { baseURL: upstream.baseURL } },
        models: { lawyer: { upstream: 'local', maxOutputTokens: 10, ...prices } },
      }),
    );
    const start = async (): Promise<SpawnedGateway> => {
      const gateway = await spawnGateway(file);
      stops.push(() => gateway.process.kill('SIGKILL'));
      return gateway;
    };
    const headers = {
      authorization: `Bearer ${process.env.KILLED_KEY}`,
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ model: 'lawyer', messages: [{ role: 'user', content: 'q' }] });
    const ask = ({ url }: SpawnedGateway) =>
      fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
    const left = async ({ url }: SpawnedGateway) => {
      const text = await (await fetch(`${url}/metrics`, { headers })).text();
      const line = /embedllm_gateway_limit_remaining\{key="test",limit="dollars".*\} (\S+)/;
      return Number(line.exec(text)?.[1]);
    };

    const first = await start();
    let answered = 0;
    const load = Array.from({ length: 4 }, async () => {
      for (;;) {
        const response = await ask(first).catch(() => undefined);
        if (!response) return;
        // Each reads one token and writes one.
        if (response.status === 200) answered++;
      }
    });
    await expect.poll(() => answered).toBeGreaterThan(20);
    first.process.kill('SIGKILL');
    await Promise.all(load);
    const called = upstream.seen.length;

    const second = await start();
    const spent = budget - (await left(second));
    expect(spent).toBeGreaterThanOrEqual(called * 11e-6 - 1e-9);
    // At most four were under way, each with what it may have cost set aside.
    expect(spent).toBeLessThanOrEqual((called + 4) * 11e-6 + 4 * 300e-6);
    while ((await ask(second)).status === 200);
    expect((await ask(second)).status).toBe(402);
    expect(upstream.seen.length * 11e-6).toBeLessThanOrEqual(budget);
  });
});
