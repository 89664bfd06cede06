import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadReport, load } from './load.js';
import { type MisbehavingPool, misbehavingPool } from './misbehaving-pool.js';
import { rollingStop } from './rolling-stop.js';
import { spawnGateway } from './spawn-gateway.js';

const LOAD = { requestsPerSecond: 50, seconds: 2 };
let folder: string;
let pool: MisbehavingPool;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-load-'));
  pool = await misbehavingPool(folder, 11);
});
afterAll(async () => {
  await pool.close();
  await rm(folder, { recursive: true });
});

describe('under load, with upstreams that misbehave', () => {
  it('loses no request and answers none twice', async () => {
    const { url, process, exited } = await spawnGateway(pool.configuration);
    const report = await load({ ...LOAD, target: () => `${url}/v1` });
    process.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, cpuMs: expect.any(Number) });
    expectNothingLost(report);
    // How many run into timeouts, which loses none, depends on the machine.
    expect(report.endings.answered).toBeGreaterThan(0);
    expect(pool.shown.size).toBeGreaterThan(6);
  });

  it('stops on SIGTERM without losing one', async () => {
    const { report, exitCode, isClosed } = await rollingStop(pool.configuration, LOAD);
    expect({ exitCode, isClosed }).toEqual({ exitCode: 0, isClosed: true });
    expectNothingLost(report);
  });
});

function expectNothingLost({ sent, endings, complaints }: LoadReport): void {
  expect(complaints).toEqual([]);
  expect(endings).toMatchObject({ lost: 0, wrong: 0 });
  expect(Object.values(endings).reduce((a, b) => a + b, 0)).toBe(sent);
}
