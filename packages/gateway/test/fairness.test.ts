import { Agent, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { answer, json, type Script, scriptedGateway, stopScripted } from './scripted-gateway.js';
import { CLIENT_KEY } from './start-gateway.js';

afterEach(stopScripted);

const BODY = JSON.stringify({ model: 'model', messages: [{ role: 'user', content: 'q' }] });
const HEADERS = { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' };
const soon: Script = (response) => setTimeout(() => json(response, 200, answer('well')), 1);

/** Asks from an address of this machine. */
function ask(port: number, localAddress: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const path = '/v1/chat/completions';
    const options = { host: '127.0.0.1', port, path, method: 'POST', headers: HEADERS };
    const sent = request({ ...options, localAddress, agent }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end(BODY);
  });
}

// On Linux all of 127.0.0.0/8 is this machine.
describe.runIf(process.platform === 'linux')('two clients with one key', () => {
  it.each([
    ['waits its turn', 100],
    ['finds room in a full queue', 30],
  ])('with one connection %s next to 60 of another address', async (_, queue) => {
    const { port } = await scriptedGateway({ model: soon }, { limits: { concurrency: 1, queue } });
    const agent = new Agent({ keepAlive: true });
    let isOver = false;
    let answered = 0;
    const many = Array.from({ length: 60 }, async () => {
      while (!isOver) if ((await ask(port, '127.0.0.2', agent)) === 200) answered++;
    });
    await expect.poll(() => answered).toBeGreaterThan(60);
    const before = answered;
    const statuses: number[] = [];
    for (let index = 0; index < 5; index++) statuses.push(await ask(port, '127.0.0.3', agent));
    const meanwhile = answered - before;
    isOver = true;
    await Promise.all(many);
    agent.destroy();
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    // In turns there is one between two of them, or a few more where the machine is slow; first come,
    // first served there would be 60.
    expect(meanwhile).toBeLessThan(5 * 20);
  });
});
