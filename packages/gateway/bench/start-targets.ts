import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPortkey } from './start-portkey.js';
import { type StartedProcess, startScript } from './start-process.js';
import { writeArtifact } from './write-artifact.js';

const KEY = 'client-key-4f1d-of-some-length';

/** Where requests are sent, and how. */
export interface Target {
  readonly url: string;
  readonly processId: number;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The same upstream by several ways. */
export interface Targets {
  readonly direct: Target;
  readonly named: Target;
  readonly auto: Target;
  /** Through a gateway of several workers. */
  readonly workers: Target;
  /** `undefined` where it cannot be installed. */
  readonly portkey: Target | undefined;
  stop(): Promise<void>;
}

/**
 * Starts an upstream that answers at once, and before it a gateway of one process, one of `workers`
 * processes and `@portkey-ai/gateway`.
 *
 * @param folder - For their files.
 */
export async function startTargets(folder: string, workers: number): Promise<Targets> {
  const started: StartedProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const one of started.splice(0).reverse()) await one.stop();
  };
  try {
    const upstream = await startScript('quick-upstream.ts');
    started.push(upstream);
    await writeArtifact(join(folder, 'artifact'));
    process.env.CLIENT_KEY = KEY;
    const startGateway = async (count: number): Promise<Target> => {
      const file = join(folder, `gateway-${count}.json`);
      await writeFile(file, JSON.stringify(configurationOf(upstream.url, count)));
      const gateway = await startScript('artifact-gateway.ts', [file]);
      started.push(gateway);
      const headers = { authorization: `Bearer ${KEY}` };
      return { ...reached(gateway), model: 'a', headers };
    };
    const named = await startGateway(1);
    const ofWorkers = await startGateway(workers);
    await mkdir(join(folder, 'portkey'));
    const portkey = await startPortkey(join(folder, 'portkey'));
    if (portkey) started.push(portkey);
    else console.log('@portkey-ai/gateway could not be installed: its column is empty.');
    return {
      direct: { ...reached(upstream), model: 'a', headers: {} },
      named,
      auto: { ...named, model: 'auto' },
      workers: ofWorkers,
      portkey: portkey && {
        ...reached(portkey),
        model: 'a',
        headers: {
          authorization: 'Bearer key',
          'x-portkey-provider': 'openai',
          'x-portkey-custom-host': `${upstream.url}/v1`,
        },
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function reached({ url, child }: StartedProcess): Pick<Target, 'url' | 'processId'> {
  return { url, processId: child.pid ?? 0 };
}

function configurationOf(baseURL: string, workers: number): object {
  return {
    artifact: 'artifact',
    server: { port: 0, drainMs: 0, workers },
    authentication: { keys: [{ name: 'bench', env: 'CLIENT_KEY' }] },
    limits: { concurrency: 1024, queue: 1024 },
    log: { requests: false },
    upstreams: { quick: { baseURL: `${baseURL}/v1`, limits: { concurrency: 1024 } } },
    models: { a: { upstream: 'quick' }, b: { upstream: 'quick' }, c: { upstream: 'quick' } },
  };
}
