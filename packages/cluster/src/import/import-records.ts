import { createHash } from 'node:crypto';
import { EmbedLLMError, type ModelInfo, type Progress } from '@embedllm/core';
import { type EvaluationUnit, evaluationUnits } from '@embedllm/dataset-builder';
import { checkInteger } from '@embedllm/internals';
import type { Backbone } from '../connection/backbone.js';
import { claimOutput } from '../jobs/claim-output.js';
import { IMPORT_QUEUE } from '../jobs/queues.js';
import { type RunJob, runJobs } from '../jobs/run-jobs.js';
import { deletePrefix } from '../storage/delete-prefix.js';
import type { ObjectStore } from '../storage/object-store.js';
import { readJson, writeJson } from '../storage/read-json.js';
import type {
  ImportReading,
  MergePlan,
  PartJob,
  PartRecord,
  UnitJob,
  UnitRecord,
} from './import-jobs.js';
import { RECORDS, type RecordPart, type RecordSet, readRecordSet } from './record-set.js';

/** What `Cluster.importRecords` takes. */
export interface ClusterImportOptions {
  /** Prefix of the keys of logs and tables in storage, such as `logs/`. */
  readonly records: string;
  /** Prefix of the keys of the set, such as `pool/`. */
  readonly output: string;
  /** How records are read, as by `importEvaluations`. @default as each looks like */
  readonly reading?: ImportReading | undefined;
  /** Parts that the set is cut into, from 1: the machines that bring it together. @default 1 */
  readonly parts?: number | undefined;
  /** Stops the import; what is done stays, and the same call resumes there. */
  readonly signal?: AbortSignal | undefined;
  /** Called as units are read and parts brought together, by whichever worker. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Reads records on all workers, and brings them together in parts. */
export async function importRecords(
  backbone: Backbone,
  options: ClusterImportOptions,
): Promise<RecordSet> {
  const { storage } = backbone;
  const { records, output, reading = {}, parts = 1, signal } = options;
  checkInteger('parts', parts, { min: 1, max: 100_000 });
  const { units, sizes } = await findUnits(storage, records, signal);
  const { run, lease } = await claimOutput(backbone, {
    ...{ kind: 'import', output, settings: { records, reading, parts, sizes: [...sizes] }, signal },
    ...{ last: RECORDS, queue: IMPORT_QUEUE },
    other: 'a set of other records, or of these records read differently or in other parts',
  });
  try {
    if ((await storage.size(output + RECORDS, { signal })) !== undefined) {
      return await readRecordSet(storage, output, signal);
    }
    const reads = units.map((unit, index): RunJob & { readonly data: UnitJob } => {
      const { path, files, sources } = unit;
      const asked = { kind: 'unit' as const, records, path, files, sources, reading, parts };
      // Of what it is made, so that folders that did not change need not be read again.
      const hash = hashOf(JSON.stringify([asked, files.map((file) => sizes.get(file))]));
      const data: UnitJob = { ...asked, output: `${output}work/unit-${hash}/` };
      return { id: `${run}-unit-${index}`, data, name: `Importing ${records}${path}` };
    });
    const { onProgress } = options;
    const running = { queue: IMPORT_QUEUE, signal, onProgress };
    await runJobs(backbone, { ...running, jobs: reads, phase: 'read', unit: 'folders' });
    const merging = await planMerge(storage, { run, options, reads });
    await runJobs(backbone, { ...running, jobs: merging.jobs, phase: 'merge', unit: 'parts' });
    return await finishSet(storage, output, merging, signal);
  } finally {
    await lease.end();
  }
}

/** The jobs that bring units together, and what they all need. */
interface Merging {
  readonly plan: MergePlan;
  readonly jobs: readonly (RunJob & { readonly data: PartJob })[];
}

async function planMerge(
  storage: ObjectStore,
  {
    run,
    options: { records, output, reading = {}, parts = 1, signal },
    reads,
  }: {
    readonly run: string;
    readonly options: ClusterImportOptions;
    readonly reads: readonly { readonly data: UnitJob }[];
  },
): Promise<Merging> {
  const found: UnitRecord[] = [];
  for (const { data } of reads) {
    const what = 'the contents of a folder';
    found.push(await readJson(storage, `${data.output}unit.json`, { what, signal }));
  }
  assertTogether(
    reads.map(({ data }) => data.path),
    found,
    parts,
  );
  const plan: MergePlan = {
    models: allModels(found),
    units: reads.map(({ data }, index) => ({
      ...{ prefix: data.output, name: records + data.path },
      format: found[index]?.format ?? 'table',
    })),
    onConflict: policyOf(reading),
  };
  const key = `${output}work/merge-${run}.json`;
  await writeJson(storage, key, plan, signal);
  let first = 0;
  const jobs = Array.from({ length: parts }, (_, part) => {
    const data: PartJob = {
      ...{ kind: 'part', part, plan: key, firstQuestion: first },
      modelTable: `${output}models.parquet`,
      questions: `${output}questions/part-${padded(part)}.parquet`,
      responses: `${output}responses/part-${padded(part)}.parquet`,
      record: `${output}work/part-${run}-${padded(part)}.json`,
    };
    // Some are in several units, so that some numbers stay free.
    first += found.reduce((sum, { partQuestions }) => sum + (partQuestions[part] ?? 0), 0);
    return { id: `${run}-part-${part}`, data, name: `Part ${part} of ${output}` };
  });
  return { plan, jobs };
}

/** Writes what lists the parts, and deletes what was only on the way. */
async function finishSet(
  storage: ObjectStore,
  output: string,
  { plan, jobs }: Merging,
  signal: AbortSignal | undefined,
): Promise<RecordSet> {
  const done: RecordPart[] = [];
  const relative = (key: string): string => key.slice(output.length);
  const counts = { questions: 0, responses: 0, duplicates: 0, conflicts: 0, reordered: 0 };
  for (const { data } of jobs) {
    const { firstQuestion } = data;
    const what = 'the contents of a part';
    const record = await readJson<PartRecord>(storage, data.record, { what, signal });
    for (const name of COUNTS) counts[name] += record[name];
    const held = { questionCount: record.questions, responseCount: record.responses };
    done.push({
      ...{ questions: relative(data.questions), responses: relative(data.responses) },
      ...{ firstQuestion, ...held },
    });
  }
  const set: RecordSet = { models: plan.models, parts: done, ...counts };
  await writeJson(storage, output + RECORDS, set, signal);
  await deletePrefix(storage, `${output}work/`);
  return set;
}

/** Of what an import writes under its output, as long as it is unfinished. */
export function isImportObject(name: string): boolean {
  return /^(work\/|(questions|responses)\/part-\d{6}\.parquet$|models\.parquet$)/.test(name);
}

const COUNTS = ['questions', 'responses', 'duplicates', 'conflicts', 'reordered'] as const;

async function findUnits(
  storage: ObjectStore,
  records: string,
  signal: AbortSignal | undefined,
): Promise<{ units: EvaluationUnit[]; sizes: ReadonlyMap<string, number> }> {
  const found: [string, number][] = [];
  for await (const { key, bytes } of storage.list(records, { signal })) {
    found.push([key.slice(records.length), bytes]);
  }
  const sizes = new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  if (sizes.size > 0) return { units: evaluationUnits([...sizes.keys()]), sizes };
  throw new EmbedLLMError(
    `No object in ${storage.address} begins with ${JSON.stringify(records)}.`,
    { code: 'invalid-data' },
  );
}

/**
 * Questions of lm-evaluation-harness are told apart by more than their ids, so that others of the same
 * id could lie in another part.
 */
function assertTogether(
  paths: readonly string[],
  found: readonly UnitRecord[],
  parts: number,
): void {
  const isHarness = ({ format }: UnitRecord): boolean => format === 'harness';
  if (parts === 1 || found.every(isHarness) || !found.some(isHarness)) return;
  const path = paths[found.findIndex((unit) => !isHarness(unit))] ?? '';
  throw new EmbedLLMError(
    `lm-evaluation-harness logs and other records, such as ${JSON.stringify(path)}, cannot be combined in ${parts} parts. Use 1 part, or import them separately.`,
    { code: 'invalid-argument' },
  );
}

/** All models, in the order in which units have them; the first description of each. */
function allModels(units: readonly UnitRecord[]): ModelInfo[] {
  const models = new Map<string, ModelInfo>();
  for (const model of units.flatMap((unit) => unit.models)) {
    const known = models.get(model.name);
    if (!known || Object.keys(known).length === 1) models.set(model.name, model);
  }
  return [...models.values()];
}

/** `mean` and `majority` are for several answers in one run alone. */
function policyOf({ onConflict }: ImportReading): MergePlan['onConflict'] {
  return onConflict === 'keep' || onConflict === 'replace' ? onConflict : 'refuse';
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function padded(number: number): string {
  return String(number).padStart(6, '0');
}
