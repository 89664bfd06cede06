import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedGateway, stopScripted, well } from './scripted-gateway.js';
import { spawnGateway } from './spawn-gateway.js';

afterEach(stopScripted);

describe('a gateway whose log has no reader any more', () => {
  it('serves on', async () => {
    const upstream = await scriptedGateway({ mathematician: well }, { authentication: {} });
    const folder = await mkdtemp(join(tmpdir(), 'embedllm-log-'));
    const file = join(folder, 'gateway.json');
    await writeFile(
      file,
      JSON.stringify({
        server: { port: 0, drainMs: 0 },
        upstreams: { local: { baseURL: `${upstream.url}/v1` } },
        models: { mathematician: { upstream: 'local' } },
      }),
    );
    const gateway = await spawnGateway(file);
    gateway.process.stderr?.destroy();
    const ask = async (): Promise<number> => {
      const messages = [{ role: 'user', content: 'q' }];
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'mathematician', messages }),
      });
      await response.text();
      return response.status;
    };
    for (let call = 0; call < 5; call++) expect(await ask()).toBe(200);
    gateway.process.kill('SIGTERM');
    expect((await gateway.exited).code).toBe(0);
    await rm(folder, { recursive: true });
  });
});
