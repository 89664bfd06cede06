import { afterEach, describe, expect, it } from 'vitest';
import { type ScriptedGateway, scriptedGateway, stopScripted, well } from './scripted-gateway.js';

afterEach(stopScripted);

const LIKELY = { cheap: 0.6, middle: 0.7, strong: 0.9 };

async function start(stuck: object | undefined, options = {}): Promise<ScriptedGateway> {
  const sessions = { sticky: true, ...(stuck ? { stuck } : {}) };
  const scripts = { cheap: well, middle: well, strong: well };
  const gateway = await scriptedGateway(scripts, { routing: { sessions } }, options);
  gateway.likely = LIKELY;
  return gateway;
}

/** A session that calls a tool again and again. */
class Agent {
  readonly #gateway: ScriptedGateway;
  readonly #messages: object[] = [{ role: 'user', content: 'Make the tests pass.' }];
  id = '';

  constructor(gateway: ScriptedGateway) {
    this.#gateway = gateway;
  }

  /** @returns the model that answered, and what became of the session. */
  async ask(): Promise<string> {
    const body = { model: 'auto', messages: this.#messages };
    const response = await this.#gateway.post('/v1/chat/completions', body, {
      'x-embedllm-session': 's',
    });
    await response.text();
    this.id = response.headers.get('x-request-id') ?? '';
    const { headers } = response;
    return `${headers.get('x-embedllm-model')}: ${headers.get('x-embedllm-session-choice')}`;
  }

  async call(args: string, result: string): Promise<string> {
    const called = { id: 'c', type: 'function', function: { name: 'run', arguments: args } };
    this.#messages.push(
      { role: 'assistant', content: null, tool_calls: [called] },
      { role: 'tool', tool_call_id: 'c', content: result },
    );
    return await this.ask();
  }
}

describe('routing.sessions.stuck', () => {
  it('gives a session whose tools fail on and on to a stronger model, and leaves the other one', async () => {
    const gateway = await start({ alpha: 0.05 });
    const agent = new Agent(gateway);
    expect(await agent.ask()).toBe('cheap: begin');
    const answered: string[] = [];
    for (let call = 0; call < 10 && !answered.at(-1)?.includes('escalate'); call++) {
      answered.push(await agent.call(`{"n":${call}}`, 'Error: it failed'));
    }
    expect(answered.at(-1)).toBe('strong: escalate');
    expect(new Set(answered.slice(0, -1))).toEqual(new Set(['cheap: stay']));
    expect(answered.length).toBeGreaterThan(3);
    expect(gateway.requests.at(-1)?.reason).toMatch(
      /^The session is stuck with cheap \(evidence \d+(\.\d+)?\): strong takes over\.$/,
    );
    gateway.order = ['cheap', 'middle', 'strong'];
    expect(await agent.call('{"more":1}', 'fine')).toBe('strong: stay');
    const metrics = await gateway.gateway.metrics();
    expect(metrics).toContain('embedllm_gateway_session_choices_total{choice="escalate"} 1');
    expect(metrics).toMatch(
      /embedllm_gateway_session_outcomes_total\{kind="tool",failed="true"\} [5-9]/,
    );
  });

  it('takes the same call again for a worse sign, and the same request again for none', async () => {
    const gateway = await start({ alpha: 0.05 });
    const agent = new Agent(gateway);
    await agent.ask();
    await agent.call('{}', 'fine');
    for (let repeat = 0; repeat < 20; repeat++) expect(await agent.ask()).toBe('cheap: stay');
    expect(await agent.call('{}', 'fine')).toBe('cheap: stay');
    const later = [await agent.call('{}', 'fine'), await agent.call('{}', 'fine')];
    later.push(await agent.call('{}', 'fine'));
    expect(later).toContain('strong: escalate');
  });

  it('leaves a session alone that is in progress or not watched', async () => {
    for (const stuck of [{ alpha: 0.05 }, undefined]) {
      const agent = new Agent(await start(stuck));
      await agent.ask();
      for (let call = 0; call < 12; call++) {
        const failed = stuck === undefined || call % 4 === 3;
        expect(await agent.call(`{"n":${call}}`, failed ? 'Error: no' : 'fine')).toBe(
          'cheap: stay',
        );
      }
    }
  });

  it('stays where no candidate is likelier to succeed, and says so', async () => {
    const gateway = await start({ alpha: 0.5 });
    gateway.likely = { cheap: 0.9, middle: 0.5, strong: 0.5 };
    const agent = new Agent(gateway);
    await agent.ask();
    for (let call = 0; call < 8; call++) await agent.call(`{"n":${call}}`, 'Error: no');
    expect(gateway.requests.at(-1)).toMatchObject({
      model: 'cheap',
      sessionChoice: 'stay',
      reason: expect.stringMatching(/but no candidate is more likely to succeed\.$/),
    });
  });

  it.each([
    [{ alpha: 0 }, /stuck\.alpha/],
    [{ healthy: { tool: 1 } }, /healthy\.tool/],
    [{ healthy: { mood: 0.1 } }, /mood/],
  ])('refuses %j', async (stuck, message) => {
    await expect(start(stuck)).rejects.toThrow(message);
  });
});
