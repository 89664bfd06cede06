import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { taskQuestion } from '@embedllm/router/sessions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_KEY, type StartedGateway, startGateway } from '../start-gateway.js';
import { type AgentServer, startAgentServer } from './agent-server.js';
import { useTools } from './tool-user.js';

/**
 * A folder in which `npm install --ignore-scripts @openai/codex @anthropic-ai/claude-code` was run. They are native
 * programs of about 400 MB, so that these tests are skipped without it.
 */
const FOLDER = process.env.EMBEDLLM_AGENTS ?? '';
const CODEX = join(FOLDER, 'node_modules/.bin/codex');
const CLAUDE = join(FOLDER, `node_modules/@anthropic-ai/claude-code-linux-${process.arch}/claude`);
const has = (program: string): boolean => FOLDER !== '' && existsSync(program);

let server: AgentServer;
/** The questions by which the gateway routed. */
const asked: string[] = [];
let home: string;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'embedllm-agents-'));
  stops.push(() => rm(home, { recursive: true, force: true }));
  await mkdir(join(home, 'work'));
  server = await startAgentServer(useTools);
  for (const name of ['one', 'two', 'three']) {
    await writeFile(join(home, 'work', `${name}.txt`), `content-of-${name}`);
  }
  stops.push(() => server.close());
});
afterAll(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A gateway before models that speak one protocol. */
async function start(protocol: 'chat' | 'messages' | 'responses'): Promise<StartedGateway> {
  asked.length = 0;
  const local = { upstream: 'local' };
  const gateway = await startGateway(
    {
      upstreams: { local: { baseURL: server.baseURL, protocols: [protocol], translate: true } },
      models: { mathematician: local, lawyer: local, generalist: local },
      routing: { sessions: { sticky: true } },
    },
    {},
    {
      toQuestion: (messages) => {
        asked.push(taskQuestion(messages));
        return asked.at(-1) ?? '';
      },
    },
    (stop) => stops.push(stop),
  );
  return gateway;
}

/** Runs a program in an empty folder. @returns what it printed and its status. */
function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly text: string; readonly status: number | null }> {
  const child = spawn(program, args, {
    cwd: join(home, 'work'),
    env: { PATH: process.env.PATH ?? '', HOME: home, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (piece) => (text += piece));
  child.stderr.on('data', (piece) => (text += piece));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ text, status }));
  });
}

/** Two prompts, the second one in the session of the first; both need tools. */
const PROMPTS = [
  'Please run `cat one.txt` and then run `cat two.txt`.',
  'Now run `cat three.txt` as well.',
] as const;

/** All calls of the agent came to one session, and were routed by the prompt whatever tools said since. */
function expectOneSession(gateway: StartedGateway, route: string): void {
  const calls = gateway.requests.filter((one) => one.asked === 'auto' && one.route === route);
  expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 200));
  // Two calls of tools and an answer; then one and an answer.
  expect(calls.length).toBeGreaterThanOrEqual(5);
  expect(new Set(calls.map(({ session }) => session)).size).toBe(1);
  expect(new Set(calls.map(({ model }) => model)).size).toBe(1);
  // The task stands first in every question, whatever the plan and the tools say since.
  expect(asked[0]).toBe(PROMPTS[0]);
  expect(asked.filter((question) => !question.startsWith(PROMPTS[0]))).toEqual([]);
}

/** In a folder of its own, nothing is at stake. */
const FREE = '--dangerously-bypass-approvals-and-sandbox';

describe.skipIf(!has(CODEX))('codex exec', () => {
  const setUp = async (gateway: StartedGateway, more = ''): Promise<void> => {
    await mkdir(join(home, '.codex'), { recursive: true });
    const configuration = `model = "auto"
model_provider = "gateway"
web_search = "disabled"

[model_providers.gateway]
name = "Gateway"
base_url = "${gateway.url}/v1"
env_key = "GATEWAY_KEY"
wire_api = "responses"
${more}`;
    await writeFile(join(home, '.codex', 'config.toml'), configuration);
  };
  const exec = (...args: string[]) =>
    run(CODEX, ['exec', '--skip-git-repo-check', ...args], { GATEWAY_KEY: CLIENT_KEY });

  it('answers through the gateway, before models of responses', async () => {
    const gateway = await start('responses');
    await setUp(gateway);
    const { text, status } = await exec('--sandbox', 'read-only', 'What is the sum?');
    expect(text).toContain('What is the sum?');
    expect({ status, text }).toMatchObject({ status: 0 });
    const [request] = gateway.requests.filter(({ route }) => route === '/v1/responses');
    expect(request).toMatchObject({ status: 200, asked: 'auto' });
    expect(request?.session).toMatch(/^[0-9a-f]{32}$/);
    // Without what the agent adds to it.
    expect(asked.at(-1)).toBe('What is the sum?');
  }, 120_000);

  it.each(['responses', 'chat'] as const)(
    'runs tools over several turns, before models of %s',
    async (end) => {
      const gateway = await start(end);
      // Its tool for this is of a type that other protocols do not have.
      await setUp(gateway, end === 'chat' ? '[features]\nmulti_agent = false\n' : '');
      const first = await exec(FREE, PROMPTS[0]);
      expect(first).toMatchObject({ status: 0, text: expect.stringContaining('content-of-two') });
      const second = await exec(FREE, 'resume', '--last', PROMPTS[1]);
      expect(second).toMatchObject({
        status: 0,
        text: expect.stringContaining('content-of-three'),
      });
      expectOneSession(gateway, '/v1/responses');
    },
    240_000,
  );

  it('learns which of its tools models of chat cannot have', async () => {
    const gateway = await start('chat');
    await setUp(gateway);
    const { text, status } = await exec(FREE, PROMPTS[0]);
    expect(text).toMatch(/untranslated, as `tools\[\d+\]` requires/);
    expect(status).toBe(1);
  }, 120_000);
});

describe.skipIf(!has(CLAUDE))('claude -p', () => {
  const ask = (gateway: StartedGateway, ...args: string[]) =>
    run(CLAUDE, ['-p', ...args, '--model', 'auto'], {
      ANTHROPIC_BASE_URL: gateway.url,
      ANTHROPIC_AUTH_TOKEN: CLIENT_KEY,
      ANTHROPIC_DEFAULT_HAIKU_MODEL: 'lawyer',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    });

  it.each(['messages', 'chat'] as const)(
    'answers through the gateway, before models of %s',
    async (end) => {
      const gateway = await start(end);
      const { text, status } = await ask(gateway, 'What is the sum?');
      expect(text).toContain('What is the sum?');
      expect({ status, text }).toMatchObject({ status: 0 });
      const request = gateway.requests.find(({ asked }) => asked === 'auto');
      expect(request).toMatchObject({ status: 200, route: '/v1/messages' });
      expect(request?.session).toMatch(/^[0-9a-f]{32}$/);
      // Without what the agent adds to it.
      expect(asked.at(-1)).toBe('What is the sum?');
    },
    120_000,
  );

  it.each(['messages', 'chat'] as const)(
    'runs tools over several turns, before models of %s',
    async (end) => {
      const gateway = await start(end);
      const tools = ['--allowedTools', 'Bash'];
      const first = await ask(gateway, PROMPTS[0], ...tools);
      expect(first).toMatchObject({ status: 0, text: expect.stringContaining('content-of-two') });
      const second = await ask(gateway, PROMPTS[1], '--continue', ...tools);
      expect(second).toMatchObject({
        status: 0,
        text: expect.stringContaining('content-of-three'),
      });
      expectOneSession(gateway, '/v1/messages');
    },
    240_000,
  );
});
