import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedGateway, stopScripted, well } from './scripted-gateway.js';

const folders: string[] = [];
afterEach(async () => {
  await stopScripted();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('routing in shadow', () => {
  it('answers by one model, and logs what the router would have chosen', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'embedllm-shadow-'));
    folders.push(folder);
    const file = join(folder, 'decisions.jsonl');
    const gateway = await scriptedGateway(
      { cheap: well, dear: well },
      { decisions: { file }, routing: { shadow: { use: 'dear' } } },
    );
    for (const stream of [false, true]) {
      const answered = await gateway.ask('auto', { stream });
      expect(answered.headers.get('x-embedllm-model')).toBe('dear');
    }
    expect(gateway.calls.map(({ model }) => model)).toEqual(['dear', 'dear']);
    expect(await gateway.gateway.metrics()).toContain(
      'embedllm_gateway_shadow_decisions_total{model="dear",result="other"} 2',
    );
    await gateway.close();
    const rows = (await readFile(file, 'utf8')).trim().split('\n');
    for (const row of rows) {
      const logged = JSON.parse(row);
      expect(logged).toMatchObject({ chosen: 'cheap', model: 'dear', shadow: true, outcome: null });
      expect(logged.candidates).toHaveLength(2);
      expect(logged).not.toHaveProperty('propensity');
    }
    expect(rows).toHaveLength(2);
  });

  it('answers whatever becomes of the decision', async () => {
    const router = {
      models: [{ name: 'dear' }],
      route: async () => {
        throw new Error('The router is out of order.');
      },
    };
    const gateway = await scriptedGateway(
      { dear: well },
      { routing: { shadow: { use: 'dear' } } },
      { loadRouter: async () => router },
    );
    expect((await gateway.ask('auto')).status).toBe(200);
    expect(await gateway.gateway.metrics()).toContain('result="failed"} 1');
  });

  it.each([
    [{ use: 'gone' }, 'routing.shadow.use'],
    [{}, 'routing.shadow.use'],
    [{ use: 'dear', often: 1 }, 'routing.shadow.often'],
  ])('checks its settings: %j', async (shadow, field) => {
    const started = scriptedGateway({ dear: well }, { routing: { shadow } });
    await expect(started).rejects.toThrow(field);
  });
});
