import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { startRedis } from '@embedllm/cluster/testing';
import { expect, it } from 'vitest';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

async function say(url: string, command: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.end(`${command}\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer.trim();
}

it.skipIf(!hasRedis)('starts Redis, which keeps what it had when it was killed', async () => {
  const redis = await startRedis();
  try {
    expect(await say(redis.url, 'SET a 1')).toBe('+OK');
    // Written to its disk within a second.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await redis.kill();
    await expect(say(redis.url, 'PING')).rejects.toThrow('ECONNREFUSED');
    await redis.restart();
    expect(await say(redis.url, 'GET a')).toBe('$1\r\n1');
  } finally {
    await redis.stop();
  }
});

it('says how to install a program that is not there', async () => {
  await expect(startRedis({ program: 'no-such-redis' })).rejects.toMatchObject({
    code: 'missing-dependency',
    message: expect.stringContaining('apt-get install redis-server'),
  });
});
