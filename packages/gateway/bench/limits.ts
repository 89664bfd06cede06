/**
 * What limits add to a request: the same requests through gateways of this process whose upstream
 * answers at once, with a key that has no limits, with limits kept in memory, and with limits kept
 * in a ledger. Rounds take turns; the median of a round's processor time for a request is shown, since
 * other work on the machine changes that least.
 *
 * `tsx bench/limits.ts [requests in a round] [at once]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createGateway,
  type Gateway,
  type LimitStore,
  MemoryLimitStore,
  parseGatewayConfiguration,
} from '../src/index.js';
import { FileLimitStore } from '../src/node.js';

const [requests = 500, atOnce = 10] = process.argv.slice(2).map(Number);
const ROUNDS = 21;
const KEY = 'a-key-of-a-client';
const LIMITS = {
  requests: { minute: 1e9, day: 1e9 },
  tokens: { minute: 1e12 },
  dollars: { day: 1e6, month: 1e6 },
};
const ANSWER = new TextEncoder().encode(
  JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    created: 0,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'well' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 20, completion_tokens: 2, total_tokens: 22 },
  }),
);
const BODY = JSON.stringify({
  model: 'm',
  messages: [{ role: 'user', content: 'What is the sum of 17 and 25?'.repeat(10) }],
});

function gatewayWith(limits: object, limitStore?: LimitStore): Gateway {
  const configuration = parseGatewayConfiguration(
    {
      authentication: { keys: [{ name: 'app', env: 'KEY', limits }] },
      upstreams: { local: { baseURL: 'http://127.0.0.1:9/v1' } },
      models: {
        m: {
          upstream: 'local',
          maxOutputTokens: 100,
          pricePerMillionInputTokens: 1,
          pricePerMillionOutputTokens: 10,
        },
      },
    },
    { environment: { KEY } },
  );
  const transport = () => async () => ({
    status: 200,
    headers: new Map([['content-type', 'application/json']]),
    body: (async function* () {
      yield ANSWER;
    })(),
  });
  return createGateway({ configuration, transport, limitStore });
}

/** Microseconds of processor time a request. */
async function round(gateway: Gateway): Promise<number> {
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  let left = requests;
  const start = process.cpuUsage();
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const response = await gateway.fetch(
        new Request('http://localhost/v1/chat/completions', {
          method: 'POST',
          headers,
          body: BODY,
        }),
      );
      if (response.status !== 200) throw new Error(await response.text());
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / requests;
}

const folder = await mkdtemp(join(tmpdir(), 'embedllm-limits-'));
const ledger = await FileLimitStore.open({ path: join(folder, 'ledger.jsonl') });
try {
  const gateways = {
    'no limits': gatewayWith({}),
    'in memory': gatewayWith(LIMITS, new MemoryLimitStore()),
    'in a ledger': gatewayWith(LIMITS, ledger),
  };
  const times = new Map(Object.keys(gateways).map((name) => [name, [] as number[]]));
  for (const gateway of Object.values(gateways)) await round(gateway);
  for (let index = 0; index < ROUNDS; index++) {
    for (const [name, gateway] of Object.entries(gateways)) {
      times.get(name)?.push(await round(gateway));
    }
  }
  const median = (name: string): number =>
    times.get(name)?.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  console.log(`${ROUNDS} rounds of ${requests} requests, ${atOnce} at once, without a network:`);
  for (const name of times.keys()) {
    const ratio = median(name) / median('no limits');
    console.log(`  ${name}: ${median(name).toFixed(0)} µs a request, ${ratio.toFixed(2)} x`);
  }
} finally {
  await ledger.close();
  await rm(folder, { recursive: true });
}
