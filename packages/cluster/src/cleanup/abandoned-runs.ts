import type { Backbone } from '../connection/backbone.js';
import { isVectorObject, MANIFEST } from '../encode/encode-texts.js';
import { isImportObject } from '../import/import-records.js';
import { RECORDS } from '../import/record-set.js';
import { type OutputPlan, PLAN } from '../jobs/claim-output.js';
import { listCoordinated } from '../jobs/run-lease.js';
import type { ObjectStore } from '../storage/object-store.js';
import { readJson } from '../storage/read-json.js';

/** What a run that nobody works on left in the storage. */
export interface AbandonedRun {
  readonly kind: 'training' | 'sweep' | 'encoding' | 'import';
  /** Prefix of its objects. */
  readonly folder: string;
  readonly objects: number;
  /** Of all of them. */
  readonly bytes: number;
  /** When the last one was written, in milliseconds since 1970. */
  readonly writtenAt: number;
}

/** A run, and the keys of its objects. */
export interface FoundRun extends AbandonedRun {
  readonly keys: readonly string[];
}

/** Folders in which runs have a folder each, and all in it is theirs. */
const KINDS = { trainings: 'training', sweeps: 'sweep', encodings: 'encoding' } as const;

/** Runs that nobody coordinates, and of which nothing was written since a time. */
export async function findAbandoned(
  backbone: Backbone,
  before: number,
  signal: AbortSignal | undefined,
): Promise<FoundRun[]> {
  const { storage } = backbone;
  const runs = new Map<string, Collected>();
  const outputs: string[] = [];
  for await (const object of storage.list('', { signal })) {
    const { key } = object;
    const [root = '', id] = key.split('/');
    const kind = Object.entries(KINDS).find(([name]) => name === root)?.[1];
    if (kind && id !== undefined) collect(runs, `${root}/${id}/`, kind, object);
    else if (key.endsWith(`/${PLAN}`) || key === PLAN) outputs.push(key.slice(0, -PLAN.length));
  }
  for (const output of outputs) await collectUnfinished(storage, output, runs, signal);
  const coordinated = await listCoordinated(backbone);
  return [...runs]
    .map(([folder, run]) => ({ folder, ...run, objects: run.keys.length }))
    .filter(({ folder, writtenAt }) => {
      return writtenAt < before && !coordinated.some((held) => held.folder.startsWith(folder));
    })
    .sort((a, b) => a.writtenAt - b.writtenAt);
}

interface Collected {
  readonly kind: AbandonedRun['kind'];
  readonly keys: string[];
  bytes: number;
  writtenAt: number;
}

function collect(
  runs: Map<string, Collected>,
  folder: string,
  kind: AbandonedRun['kind'],
  { key, bytes, writtenAt }: { key: string; bytes: number; writtenAt: number },
): void {
  const run = runs.get(folder) ?? { kind, keys: [], bytes: 0, writtenAt: 0 };
  run.keys.push(key);
  run.bytes += bytes;
  run.writtenAt = Math.max(run.writtenAt, writtenAt);
  runs.set(folder, run);
}

/** Encodings and imports have their output where the user wants it: of that, only what they wrote. */
async function collectUnfinished(
  storage: ObjectStore,
  output: string,
  runs: Map<string, Collected>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const plan = await readJson<OutputPlan>(storage, output + PLAN, { what: 'a plan', signal }).catch(
    () => undefined,
  );
  if (plan?.kind !== 'encode' && plan?.kind !== 'import') return;
  const [last, isOwn] =
    plan.kind === 'encode' ? [MANIFEST, isVectorObject] : [RECORDS, isImportObject];
  if ((await storage.size(output + last, { signal })) !== undefined) return;
  for await (const object of storage.list(output, { signal })) {
    const name = object.key.slice(output.length);
    if (name !== PLAN && !isOwn(name)) continue;
    collect(runs, output, plan.kind === 'encode' ? 'encoding' : 'import', object);
  }
}
