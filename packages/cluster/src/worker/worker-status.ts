import { isJsonObject, quantity } from '@embedllm/internals';
import { type Backbone, VERSION } from '../connection/backbone.js';
import { scanKeys } from '../connection/scan-keys.js';

/** What a worker says about itself every few seconds. */
export interface WorkerStatus {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Of `@embedllm/cluster`. Only workers of the coordinator's version get its jobs. */
  readonly version: string;
  /** When it started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Jobs done since. */
  readonly done: number;
  /** Jobs that failed since, tries included. */
  readonly failed: number;
  /** Jobs at work. */
  readonly active: number;
  /** What it may hold of training sets, and holds, in bytes. */
  readonly memoryBytes: number;
  readonly heldBytes: number;
  /** Parts of training sets that it holds. */
  readonly parts: readonly string[];
}

/** How often a worker says so. */
export const STATUS_MS = 3000;
/** After this time without a word it is taken for gone. */
const GONE_MS = 30_000;

function keyOf(name: string, id: string): string {
  return `${name}:workers:${id}`;
}

/** Says how a worker is. */
export async function writeStatus({ redis, name }: Backbone, status: WorkerStatus): Promise<void> {
  await redis.set(keyOf(name, status.id), JSON.stringify(status), 'PX', GONE_MS);
}

/** Takes a worker off the list. */
export async function removeStatus({ redis, name }: Backbone, id: string): Promise<void> {
  await redis.del(keyOf(name, id));
}

/** The workers of all versions that were heard of lately, by host and process. */
export async function listWorkers({ redis, name }: Backbone): Promise<WorkerStatus[]> {
  const keys = await scanKeys(redis, keyOf(name, '*'));
  const texts = keys.length > 0 ? await redis.mget(keys) : [];
  const found: WorkerStatus[] = [];
  for (const text of texts) {
    const status: unknown = text === null ? undefined : JSON.parse(text);
    if (isStatus(status)) found.push(status);
  }
  return found.sort((a, b) => a.host.localeCompare(b.host) || a.pid - b.pid);
}

/** How many workers get this version's jobs: `3 workers`, and how many others there are. */
export function describeWorkers(workers: readonly WorkerStatus[]): string {
  const own = workers.filter(({ version }) => version === VERSION).length;
  const others = workers.length - own;
  const versions = [...new Set(workers.map(({ version }) => version))].join(', ');
  const note = others > 0 ? ` of version ${VERSION} (${others} of others: ${versions})` : '';
  return `${quantity(own, 'worker')}${note}`;
}

function isStatus(value: unknown): value is WorkerStatus {
  return isJsonObject(value) && typeof value.id === 'string' && typeof value.version === 'string';
}
