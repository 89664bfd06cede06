import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { RESPONSES, wellIn } from './protocols.js';
import {
  json,
  type ScriptedGateway,
  scriptedGateway,
  stopScripted,
  well,
} from './scripted-gateway.js';

afterEach(stopScripted);

async function ask(gateway: ScriptedGateway, session: string | undefined, question = 'q') {
  const response = await gateway.post(
    '/v1/chat/completions',
    { model: 'auto', messages: [{ role: 'user', content: question }] },
    session === undefined ? {} : { 'x-embedllm-session': session },
  );
  await response.text();
  return response.headers.get('x-embedllm-model');
}

describe('routing.sessions.sticky', () => {
  const settings = { routing: { sessions: { sticky: true } }, retries: { attempts: 1 } };

  it('keeps a session with the model that answered it, and no other session', async () => {
    const gateway = await scriptedGateway({ first: well, second: well }, settings);
    expect(await ask(gateway, 's')).toBe('first');
    gateway.order = ['second', 'first'];
    expect(await ask(gateway, 's', 'another question')).toBe('first');
    expect(await ask(gateway, 't')).toBe('second');
    const [, stayed] = gateway.requests;
    expect(stayed).toMatchObject({
      chosen: 'first',
      reason: 'The session stays with first; second would start without its cache.',
    });
    expect(stayed?.session).toMatch(/^[0-9a-f]{32}$/);
    expect(gateway.requests[0]?.session).toBe(stayed?.session);
  });

  it('knows a session without a name by its beginning', async () => {
    const gateway = await scriptedGateway({ first: well, second: well }, settings);
    expect(await ask(gateway, undefined)).toBe('first');
    gateway.order = ['second', 'first'];
    expect(await ask(gateway, undefined)).toBe('first');
    expect(await ask(gateway, undefined, 'another question')).toBe('second');
  });

  it('goes where a session was answered when its model failed', async () => {
    let isDown = false;
    const gateway = await scriptedGateway(
      {
        first: (reply, request) => (isDown ? json(reply, 500, {}) : well(reply, request)),
        second: well,
      },
      settings,
    );
    expect(await ask(gateway, 's')).toBe('first');
    isDown = true;
    expect(await ask(gateway, 's')).toBe('second');
    isDown = false;
    expect(await ask(gateway, 's')).toBe('second');
  });

  it('leaves a model that may no longer be chosen', async () => {
    const gateway = await scriptedGateway({ first: well, second: well }, settings);
    expect(await ask(gateway, 's')).toBe('first');
    gateway.order = ['second'];
    expect(await ask(gateway, 's')).toBe('second');
  });

  it('routes on without the session where its store fails, and says so', async () => {
    const broken = (): Promise<never> => Promise.reject(new Error('The store is away.'));
    const sessionStore = { find: broken, keep: broken };
    const gateway = await scriptedGateway({ first: well }, settings, { sessionStore });
    expect(await ask(gateway, 's')).toBe('first');
    const failures = gateway.events.filter(({ event }) => event === 'store-failed');
    expect(new Set(failures.map(({ message }) => message))).toEqual(
      new Set(['The sessions store failed. The store is away.']),
    );
  });

  it('is off by default, and the header is accepted all the same', async () => {
    const gateway = await scriptedGateway({ first: well, second: well });
    expect(await ask(gateway, 's')).toBe('first');
    gateway.order = ['second', 'first'];
    expect(await ask(gateway, 's')).toBe('second');
    expect(gateway.requests.at(-1)?.session).toBeUndefined();
  });
});

describe('previous_response_id', () => {
  it('goes to the model that gave the answer, for the same key', async () => {
    const script = wellIn(RESPONSES);
    const gateway = await scriptedGateway({ first: script, second: script });
    const written: { upstreams: { local: object } } = JSON.parse(
      await readFile(gateway.file, 'utf8'),
    );
    const local = { ...written.upstreams.local, protocols: ['responses'] };
    const models = { first: { upstream: 'local' }, second: { upstream: 'other' } };
    await gateway.change({ upstreams: { local, other: local }, models });
    await gateway.reload();
    const send = (body: object) =>
      gateway.post('/v1/responses', { model: 'auto', input: 'q', ...body });
    expect((await send({})).headers.get('x-embedllm-model')).toBe('first');
    gateway.order = ['second', 'first'];
    const next = await send({ previous_response_id: 'resp_1' });
    expect(next.headers.get('x-embedllm-model')).toBe('first');
    const unknown = await send({ previous_response_id: 'resp_2' });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      400,
      { error: { code: 'unknown_previous_response', param: 'previous_response_id' } },
    ]);
  });
});
