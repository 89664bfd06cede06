import { type LoadOptions, type LoadReport, load } from './load.js';
import { type SpawnedGateway, spawnGateway } from './spawn-gateway.js';

/** What became of a load while one of two gateways was stopped. */
export interface RollingStop {
  readonly report: LoadReport;
  /** Of the gateway that was stopped; 0 when it ended by itself. */
  readonly exitCode: number | null;
  /** Whether it said that all its answers were complete. */
  readonly isClosed: boolean;
  /** From the signal until it ended. */
  readonly stoppedAfterMs: number;
}

const LOOK_MS = 50;

/**
 * Puts a load on two gateways behind a balancer that goes by `/readyz`, and sends SIGTERM to one of
 * them half way.
 */
export async function rollingStop(
  configuration: string,
  options: Pick<LoadOptions, 'requestsPerSecond' | 'seconds'>,
): Promise<RollingStop> {
  const gateways = await Promise.all([spawnGateway(configuration), spawnGateway(configuration)]);
  let ready: readonly SpawnedGateway[] = gateways;
  let isOver = false;
  const look = async (): Promise<void> => {
    while (!isOver) {
      for (const gateway of gateways) {
        const others = ready.filter((other) => other !== gateway);
        ready = (await isReady(gateway)) ? [...others, gateway] : others;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  const looking = look();
  let turn = 0;
  const target = (): string => `${ready[turn++ % ready.length]?.url}/v1`;
  const [first, second] = gateways;
  const stopping = new Promise<number>((resolve) => {
    setTimeout(() => {
      first.process.kill('SIGTERM');
      resolve(performance.now());
    }, options.seconds * 500);
  });
  try {
    const report = await load({ ...options, target });
    const signalled = await stopping;
    const { code, cpuMs } = await first.exited;
    const stoppedAfterMs = performance.now() - signalled;
    return { report, exitCode: code, isClosed: cpuMs !== undefined, stoppedAfterMs };
  } finally {
    isOver = true;
    await looking;
    second.process.kill('SIGTERM');
    await second.exited;
  }
}

async function isReady({ url }: SpawnedGateway): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
