import { expect, it } from 'vitest';
import { CLIENT_KEY, type StartedGateway, startGateway } from './start-gateway.js';

const OTHER_KEY = 'another-key-77aa';
const environment = { CLIENT_KEY, OTHER_KEY, UPSTREAM_KEY: 'upstream-key-9a7c' };
const keys = [
  { name: 'test', env: 'CLIENT_KEY' },
  { name: 'operator', env: 'OTHER_KEY', admin: true },
];

const start = (lockout: unknown): Promise<StartedGateway> =>
  startGateway({ authentication: { keys, lockout } }, {}, { environment });

async function list({ url }: StartedGateway, key: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/v1/models`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
  });
  const { error } = JSON.parse(await response.text());
  return { status: response.status, code: error?.code, after: response.headers.get('retry-after') };
}

it('an address that tries many wrong keys gets to try no further ones, but keeps its own', async () => {
  const gateway = await start({ wrongKeys: 3, lockMs: 60_000 });
  expect(await list(gateway, CLIENT_KEY)).toMatchObject({ status: 200 });
  for (let repeated = 0; repeated < 5; repeated++) {
    expect(await list(gateway, 'stale-key')).toMatchObject({ status: 401 });
  }
  expect(await list(gateway, 'guess-1')).toMatchObject({ status: 401 });
  const locked = { status: 429, code: 'too_many_wrong_keys', after: '60' };
  expect(await list(gateway, 'guess-2')).toEqual(locked);
  expect(await list(gateway, OTHER_KEY)).toMatchObject({ status: 429 });
  expect(await list(gateway, CLIENT_KEY)).toMatchObject({ status: 200 });
  const page = await fetch(`${gateway.url}/ui`, {
    headers: { authorization: `Basic ${btoa(`me:${OTHER_KEY}`)}` },
  });
  expect(page.status).toBe(429);
  expect((await fetch(`${gateway.url}/v1/models`)).status).toBe(401);
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  expect(gateway.events.filter(({ event }) => event === 'address-locked-out')).toEqual([
    {
      level: 'warn',
      event: 'address-locked-out',
      message: '127.0.0.1 tried many invalid keys and is locked out for 60000 ms.',
    },
  ]);
  // A reload, as for a new key, does not let anybody off.
  await gateway.reload();
  expect(await list(gateway, OTHER_KEY)).toMatchObject({ status: 429 });
});

it('uses the header of a trusted proxy', async () => {
  const gateway = await start({ wrongKeys: 1, addressHeader: 'X-Forwarded-For' });
  const attacker = { 'x-forwarded-for': '203.0.113.5, 198.51.100.1' };
  expect(await list(gateway, 'guess-1', attacker)).toMatchObject({ status: 429 });
  expect(await list(gateway, OTHER_KEY, attacker)).toMatchObject({ status: 429 });
  const another = { 'x-forwarded-for': '198.51.100.1, 198.51.100.2' };
  expect(await list(gateway, OTHER_KEY, another)).toMatchObject({ status: 200 });
});

it('can be turned off', async () => {
  const gateway = await start(false);
  for (let guess = 0; guess < 30; guess++) {
    expect(await list(gateway, `guess-${guess}`)).toMatchObject({ status: 401 });
  }
  await expect(start(true)).rejects.toThrow('Must be false or the settings of the lock-out.');
  await expect(start({ wrongKeys: 0 })).rejects.toThrow('lockout.wrongKeys');
});
