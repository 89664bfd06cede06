import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CheckGatewayOptions, checkGateway } from '../src/node.js';
import { sampleRouter } from './sample-router.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-check-'));
});
afterEach(() => rm(folder, { recursive: true }));

const ANY = { upstream: 'local' };
const RIGHT = {
  upstreams: { local: { baseURL: 'http://127.0.0.1:9/v1' } },
  models: { mathematician: ANY, lawyer: ANY, generalist: ANY },
};

async function check(settings: object, options: Partial<CheckGatewayOptions> = {}) {
  const configuration = join(folder, 'gateway.json');
  await writeFile(configuration, JSON.stringify({ ...RIGHT, ...settings }));
  return await checkGateway({
    configuration,
    environment: { KEY: 'client-key-4f1d' },
    loadRouter: async () => sampleRouter(),
    ...options,
  });
}

describe('checkGateway', () => {
  it('gives back what was read where all is right', async () => {
    const { configuration, router } = await check({ routing: { policy: { deny: ['lawyer'] } } });
    expect([...configuration.models.keys()]).toEqual(['mathematician', 'lawyer', 'generalist']);
    expect(router?.models).toHaveLength(3);
    expect((await check({}, { loadRouter: undefined })).router).toBeUndefined();
  });

  it('names the file of a field that only the models can tell wrong', async () => {
    const settings = { routing: { sessions: { worthUsd: 0.5 } } };
    const file = join(folder, 'gateway.json');
    await expect(check(settings)).rejects.toMatchObject({
      message: expect.stringContaining(`${file}, field routing.sessions.worthUsd: The price of`),
      location: { file, field: 'routing.sessions.worthUsd' },
    });
  });

  it.each([
    [
      'a router of other models',
      { models: { poet: ANY } },
      'field models: None of the models for routing',
    ],
    [
      'limits that cannot be kept',
      { authentication: { keys: [{ name: 'k', env: 'KEY', limits: { dollars: { day: 1 } } }] } },
      'authentication.keys[0].limits.dollars: The price of mathematician is unknown',
    ],
    [
      'an alias whose policy leaves nothing of what a key may use',
      {
        routing: { aliases: { law: { allow: ['lawyer'] } } },
        authentication: {
          keys: [{ name: 'k', env: 'KEY', models: ['generalist'], aliases: ['law'] }],
        },
      },
      'field authentication.keys[0].aliases: The only model does not meet all',
    ],
    [
      'a policy that no model meets',
      { routing: { aliases: { eu: { region: 'eu' } } } },
      'field routing.aliases.eu: None of the 3 models meets all constraints',
    ],
    [
      'a policy that the artifact does not allow',
      { routing: { policy: { whenUnfamiliar: 'lawyer' } } },
      'field routing.policy: ',
    ],
    [
      'a file in a folder that is not there',
      { decisions: { file: 'no/decisions.jsonl' } },
      'field decisions.file: The file ',
    ],
    ['a ledger that is a folder', { limits: { ledger: '.' } }, 'it is not a file'],
  ])('says what is wrong with %s', async (_, settings, message) => {
    await expect(check(settings)).rejects.toThrow(message);
  });

  it('says all at once', async () => {
    const loadRouter = async () => {
      throw new Error('There is no artifact.');
    };
    const settings = {
      limits: { ledger: '.' },
      decisions: { file: 'no/decisions.jsonl' },
    };
    await expect(check(settings, { loadRouter })).rejects.toThrow(
      /gateway\.json: Has 3 problems:\n- There is no artifact\.\n- field limits\.ledger: .*\n- field decisions\.file: /,
    );
  });
});
