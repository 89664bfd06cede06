import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { json, scriptedGateway, stopScripted, well } from './scripted-gateway.js';

const folders: string[] = [];
afterEach(async () => {
  await stopScripted();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function someFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-decisions-'));
  folders.push(folder);
  return join(folder, 'decisions.jsonl');
}

async function rows(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const PATH = '/v1/chat/completions';
const chat = (model: string, content: unknown = 'What is 2 + 2?') => ({
  model,
  messages: [{ role: 'user', content }],
});
const OTHER_KEY = 'another-key-77aa';
const ADMIN_KEY = 'operator-key-55cc';
const keys = [
  { name: 'test', env: 'CLIENT_KEY' },
  { name: 'other', env: 'OTHER_KEY' },
  { name: 'operator', env: 'ADMIN_KEY', admin: true },
];
const environment = { OTHER_KEY, ADMIN_KEY };

describe('a log of decisions', () => {
  it('has a row for each answer, with what was decided and why, and one for each outcome', async () => {
    const file = await someFile();
    const gateway = await scriptedGateway(
      { first: (response) => json(response, 503, {}), second: well },
      { decisions: { file }, retries: { attempts: 1 } },
    );
    const answered = await gateway.post(PATH, chat('auto'));
    const id = answered.headers.get('x-request-id');
    await answered.text();
    for (const [outcome, repeated] of [
      [true, false],
      [1, true],
      [0.25, false],
    ] as const) {
      const response = await gateway.post('/v1/outcomes', { id, outcome, source: 'person' });
      expect(response.status).toBe(200);
      const said = { object: 'outcome', id, outcome: Number(outcome), source: 'person', repeated };
      expect(await response.json()).toEqual(said);
    }
    expect(
      (await gateway.post('/v1/outcomes', { id, outcome: 0.25, source: 'judge' })).status,
    ).toBe(200);
    await gateway.post(PATH, chat('absent'));
    await gateway.close();
    const [decision, ...judged] = await rows(file);
    expect(decision).toMatchObject({
      id,
      client: 'test',
      asked: 'auto',
      chosen: 'first',
      model: 'second',
      prompt: 'What is 2 + 2?',
      prompt_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      outcome: null,
      reason: 'It is first.',
      policy: 'in order',
      propensity: 1,
      candidates: [
        { model: 'first', probability: 0.9 },
        { model: 'second', probability: 0.9 },
      ],
      status: 200,
      finishReasons: ['stop'],
      inputTokens: 1,
      outputTokens: 1,
      failures: [{ model: 'first', reason: 'status' }],
    });
    const { prompt_id } = decision ?? {};
    expect(judged).toMatchObject([
      { id, model: 'second', prompt_id, outcome: 1, source: 'person' },
      { id, model: 'second', prompt_id, outcome: 0.25, source: 'person' },
      { id, model: 'second', prompt_id, outcome: 0.25, source: 'judge' },
    ]);
  });

  it.each([
    ['hash', /^[0-9a-f]{32}$/],
    ['off', /^[0-9a-f-]{36}$/],
  ])('keeps no text of questions where it must not: %s', async (questions, id) => {
    const file = await someFile();
    const gateway = await scriptedGateway({ model: well }, { decisions: { file, questions } });
    for (let call = 0; call < 2; call++) await gateway.ask('model');
    await gateway.ask('model', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] });
    await gateway.close();
    const kept = await rows(file);
    expect(kept.map((row) => row.prompt)).toEqual([undefined, undefined, undefined]);
    expect(kept[0]?.prompt_id).toMatch(id);
    expect(kept[0]?.prompt_id === kept[1]?.prompt_id).toBe(questions === 'hash');
    expect(kept[2]?.prompt_id).toBe(kept[2]?.id);
  });

  it('takes outcomes after a restart, once, and of the own answers alone, but for operators', async () => {
    const file = await someFile();
    const settings = { decisions: { file }, authentication: { keys } };
    const before = await scriptedGateway({ model: well }, settings, { environment });
    const id = (await before.ask('model')).headers.get('x-request-id');
    await before.close();
    const gateway = await scriptedGateway({ model: well }, settings, { environment });
    const judge = async (body: unknown, key?: string): Promise<number> => {
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
      return (await gateway.post('/v1/outcomes', body, headers)).status;
    };
    expect(await judge({ id, outcome: false }, OTHER_KEY)).toBe(404);
    expect(await judge({ id, outcome: false }, ADMIN_KEY)).toBe(200);
    expect(await judge({ id, outcome: 1 })).toBe(200);
    expect(await judge({ id, outcome: 1 })).toBe(200);
    expect(await judge({ id: 'never', outcome: 1 })).toBe(404);
    for (const wrong of [
      { id },
      { id, outcome: 'yes' },
      { id, outcome: 2 },
      { id: 1, outcome: 1 },
      { id, outcome: 1, source: 'rumour' },
      { id, outcome: 1, correct: true },
    ]) {
      expect(await judge(wrong)).toBe(400);
    }
    await gateway.close();
    expect((await rows(file)).map(({ outcome }) => outcome)).toEqual([null, 0, 1]);
  });

  it('keeps refusals, which cannot be judged', async () => {
    const file = await someFile();
    const refuse = (status: number) => (response: Parameters<typeof json>[0]) =>
      json(response, status, { error: { message: 'No.' } });
    const gateway = await scriptedGateway(
      { refused: refuse(422), failed: refuse(500) },
      { decisions: { file }, retries: { attempts: 1 } },
    );
    for (const model of ['refused', 'failed']) {
      const id = (await gateway.ask(model)).headers.get('x-request-id');
      expect((await gateway.post('/v1/outcomes', { id, outcome: 0 })).status).toBe(404);
    }
    await gateway.close();
    expect(await rows(file)).toMatchObject([{ model: 'refused', status: 422, outcome: null }]);
  });

  it('that is not configured says so', async () => {
    const gateway = await scriptedGateway({ model: well });
    const response = await gateway.post('/v1/outcomes', { id: 'x', outcome: true });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('Configure `decisions.file`');
  });

  it('can be rotated: a reload opens the file again', async () => {
    const file = await someFile();
    const gateway = await scriptedGateway({ model: well }, { decisions: { file } });
    await gateway.ask('model');
    await rename(file, `${file}.1`);
    await gateway.ask('model');
    expect(await gateway.reload()).toBe(true);
    await gateway.ask('model');
    await gateway.close();
    expect([(await rows(`${file}.1`)).length, (await rows(file)).length]).toEqual([2, 1]);
  });

  it('that cannot be written costs lines, is said once, and nothing else', async () => {
    const file = join(await someFile(), 'under', 'a', 'file');
    const gateway = await scriptedGateway({ model: well }, { decisions: { file } });
    for (let call = 0; call < 3; call++) expect((await gateway.ask('model')).status).toBe(200);
    await gateway.close();
    const lost = gateway.events.filter(({ event }) => event === 'decisions-lost');
    expect(lost).toHaveLength(1);
    expect(lost[0]?.message).toContain('ENOENT');
  });

  it('starts a new line after half a line, but not in a new file', async () => {
    const file = await someFile();
    const folder = dirname(file);
    const [half, fresh] = [join(folder, 'half'), join(folder, 'later', 'fresh')];
    await writeFile(half, '{"id":"x"}\n{"id":"y","mo');
    const gateway = await scriptedGateway({ model: well }, { decisions: { file } });
    await gateway.ask('model');
    await gateway.change({ decisions: { file: half } });
    expect(await gateway.reload()).toBe(true);
    await gateway.ask('model');
    // In a folder that is not there yet.
    await gateway.change({ decisions: { file: fresh } });
    expect(await gateway.reload()).toBe(true);
    await gateway.ask('model');
    await mkdir(dirname(fresh));
    expect(await gateway.reload()).toBe(true);
    await gateway.ask('model');
    await gateway.close();
    expect(await readFile(file, 'utf8')).toMatch(/^\{"time".*\}\n$/);
    expect(await readFile(half, 'utf8')).toMatch(/^\{"id":"x"\}\n\{"id":"y","mo\n\{"time".*\}\n$/);
    expect(await readFile(fresh, 'utf8')).toMatch(/^\{"time".*\}\n$/);
  });

  it('leaves what others wrote into the file alone', async () => {
    const file = await someFile();
    await writeFile(file, 'null\n{"id":1}\nhalf a li\n');
    const gateway = await scriptedGateway({ model: well }, { decisions: { file } });
    await gateway.ask('model');
    await gateway.close();
    expect(await readFile(file, 'utf8')).toMatch(/^null\n\{"id":1\}\nhalf a li\n\{"time"/);
  });
});

describe('dollars saved', () => {
  const priced = (input: number, output: number) => ({
    upstream: 'local',
    pricePerMillionInputTokens: input,
    pricePerMillionOutputTokens: output,
  });

  it('are those that the baseline would have cost more, in the log and in /metrics', async () => {
    const gateway = await scriptedGateway(
      { cheap: well, dear: well },
      {
        models: { cheap: priced(1, 2), dear: priced(10, 20) },
        routing: { baseline: 'dear' },
        authentication: { keys },
      },
      { environment },
    );
    await gateway.ask('auto');
    await gateway.ask('dear', { stream: true });
    const [routed, named] = gateway.requests;
    // One token read and one written.
    expect(routed).toMatchObject({ costUsd: 3e-6, baselineUsd: 30e-6, savedUsd: 27e-6 });
    expect(named?.savedUsd).toBe(0);
    const metrics = async (key: string): Promise<Response> =>
      fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
    expect((await metrics(OTHER_KEY)).status).toBe(403);
    expect(await (await metrics(ADMIN_KEY)).text()).toContain(
      'embedllm_gateway_baseline_cost_dollars_total{key="test",model="cheap"} 0.00003',
    );
  });

  it('need a baseline whose price is known', async () => {
    const start = scriptedGateway({ cheap: well }, { routing: { baseline: 'cheap' } });
    await expect(start).rejects.toThrow(/routing\.baseline.*models\.cheap\.pricePerMillionInput/);
  });
});
