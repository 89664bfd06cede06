import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@embedllm/core';
import { type Behaviour, type FakeUpstream, fakeUpstream } from './fake-upstream.js';

/** Three upstreams: one that mostly misbehaves, one that does now and then, and one that never does. */
export interface MisbehavingPool {
  readonly steady: FakeUpstream;
  /** How often each behaviour was shown. */
  readonly shown: ReadonlyMap<Behaviour, number>;
  /** The configuration of a gateway over them. */
  readonly configuration: string;
  close(): Promise<void>;
}

/** Shares of behaviours; what is left answers. */
type Shares = readonly (readonly [Behaviour, number])[];

const FLAKY: Shares = [
  ['fail', 0.2],
  ['stall', 0.05],
  ['cut', 0.15],
  ['cut-late', 0.05],
  ['stall-late', 0.02],
  ['rate-limit', 0.01],
  ['error-event', 0.05],
  ['garbage', 0.05],
];
const SHAKY: Shares = [
  ['fail', 0.1],
  ['cut', 0.05],
];

/** Starts them, and writes the configuration into a folder. */
export async function misbehavingPool(folder: string, seed: number): Promise<MisbehavingPool> {
  const random = new Random(seed);
  const shown = new Map<Behaviour, number>();
  const behave = (shares: Shares) => (): Behaviour => {
    let left = random.uniform();
    const found = shares.find(([, share]) => {
      left -= share;
      return left < 0;
    });
    const behaviour = found?.[0] ?? 'answer';
    shown.set(behaviour, (shown.get(behaviour) ?? 0) + 1);
    return behaviour;
  };
  const pace = { latencyMs: 20, tokenMs: 2 };
  const flaky = await fakeUpstream({ ...pace, behave: behave(FLAKY) });
  const shaky = await fakeUpstream({ ...pace, behave: behave(SHAKY) });
  const steady = await fakeUpstream(pace);
  const upstreams = [flaky, shaky, steady];
  const configuration = join(folder, 'gateway.json');
  await writeFile(
    configuration,
    JSON.stringify({
      // A busy machine may take a second to see that a gateway drains.
      server: { port: 0, drainMs: 3000, shutdownTimeoutMs: 10_000 },
      timeouts: { firstTokenMs: 1000, idleMs: 1000, totalMs: 3000 },
      retries: { attempts: 2, baseDelayMs: 20, maxDelayMs: 200 },
      breaker: { failureShare: 0.8, openMs: 1000 },
      upstreams: Object.fromEntries(
        upstreams.map(({ baseURL }, index) => [`upstream-${index}`, { baseURL }]),
      ),
      models: {
        mathematician: { upstream: 'upstream-0' },
        generalist: { upstream: 'upstream-1' },
        lawyer: { upstream: 'upstream-2' },
        steady: { upstream: 'upstream-2' },
      },
    }),
  );
  return {
    steady,
    shown,
    configuration,
    close: async () => {
      await Promise.all(upstreams.map((upstream) => upstream.close()));
    },
  };
}
