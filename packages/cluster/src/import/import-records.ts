import { createHash } from 'node:crypto';
import { EmbedLLMError, type ModelInfo, type Progress } from '@embedllm/core';
import { type EvaluationUnit, evaluationUnits } from '@embedllm/dataset-builder';
import { checkInteger } from '@embedllm/internals';
import type { Backbone } from '../connection/backbone.js';
import { claimOutput } from '../jobs/claim-output.js';
import { IMPORT_QUEUE } from '../jobs/queues.js';
import { type RunJob, runJobs } from '../jobs/run-jobs.js';
import type { ObjectStore } from '../storage/object-store.js';
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
  const { records, output, reading = {}, parts = 1, signal, onProgress } = options;
  checkInteger('parts', parts, { min: 1, max: 100_000 });
  const { units, sizes } = await findUnits(storage, records, signal);
  const plan = JSON.stringify({ records, reading, parts, sizes });
  const other = 'a set of other records, read in another way or in other parts';
  await claimOutput(storage, { output, plan, other, signal });
  if ((await storage.size(output + RECORDS, { signal })) !== undefined) {
    return readRecordSet(storage, output, signal);
  }
  const run = createHash('sha256').update(output).update(plan).digest('hex').slice(0, 16);
  const running = { queue: IMPORT_QUEUE, signal, onProgress };

  const prefixOf = (unit: number): string => `${output}work/unit-${padded(unit)}/`;
  const reads = units.map(({ path, files, sources }, index): RunJob => {
    const data: UnitJob = {
      ...{ kind: 'unit', records, path, files, sources, reading, parts, output: prefixOf(index) },
    };
    return { id: `${run}-unit-${index}`, data, name: `Importing ${records}${path}` };
  });
  await runJobs(backbone, { ...running, jobs: reads, phase: 'read', unit: 'folders' });

  const found: UnitRecord[] = [];
  for (const index of units.keys()) {
    found.push(await readJson<UnitRecord>(storage, `${prefixOf(index)}unit.json`, signal));
  }
  assertTogether(units, found, parts);
  const merge: MergePlan = {
    models: allModels(found),
    units: units.map(({ path }, index) => ({
      ...{ prefix: prefixOf(index), name: records + path },
      format: found[index]?.format ?? 'table',
    })),
    onConflict: policyOf(reading),
  };
  const mergeKey = `${output}work/merge.json`;
  await storage.put(mergeKey, Buffer.from(JSON.stringify(merge)), { signal });
  const firsts: number[] = [0];
  for (let part = 0; part < parts; part++) {
    const most = found.reduce((sum, { partQuestions }) => sum + (partQuestions[part] ?? 0), 0);
    firsts.push((firsts[part] ?? 0) + most);
  }
  const merges = Array.from({ length: parts }, (_, part): RunJob & { readonly data: PartJob } => {
    const data: PartJob = {
      ...{ kind: 'part', part, plan: mergeKey, firstQuestion: firsts[part] ?? 0 },
      modelTable: `${output}models.parquet`,
      questions: `${output}questions/part-${padded(part)}.parquet`,
      responses: `${output}responses/part-${padded(part)}.parquet`,
      record: `${output}work/part-${padded(part)}.json`,
    };
    return { id: `${run}-part-${part}`, data, name: `Part ${part} of ${output}` };
  });
  await runJobs(backbone, { ...running, jobs: merges, phase: 'merge', unit: 'parts' });

  const done: RecordPart[] = [];
  const relative = (key: string): string => key.slice(output.length);
  const counts = { questions: 0, responses: 0, duplicates: 0, conflicts: 0, reordered: 0 };
  for (const { data } of merges) {
    const { firstQuestion } = data;
    const record = await readJson<PartRecord>(storage, data.record, signal);
    for (const name of COUNTS) counts[name] += record[name];
    const held = { questionCount: record.questions, responseCount: record.responses };
    done.push({
      ...{ questions: relative(data.questions), responses: relative(data.responses) },
      ...{ firstQuestion, ...held },
    });
  }
  const set: RecordSet = { models: merge.models, parts: done, ...counts };
  await storage.put(output + RECORDS, Buffer.from(`${JSON.stringify(set)}\n`), { signal });
  for await (const { key } of storage.list(`${output}work/`)) await storage.delete(key);
  return set;
}

const COUNTS = ['questions', 'responses', 'duplicates', 'conflicts', 'reordered'] as const;

async function findUnits(
  storage: ObjectStore,
  records: string,
  signal: AbortSignal | undefined,
): Promise<{ units: EvaluationUnit[]; sizes: (readonly [string, number])[] }> {
  const sizes: (readonly [string, number])[] = [];
  for await (const { key, bytes } of storage.list(records, { signal })) {
    sizes.push([key.slice(records.length), bytes]);
  }
  sizes.sort(([a], [b]) => (a < b ? -1 : 1));
  if (sizes.length > 0) return { units: evaluationUnits(sizes.map(([file]) => file)), sizes };
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
  units: readonly EvaluationUnit[],
  found: readonly UnitRecord[],
  parts: number,
): void {
  const isHarness = ({ format }: UnitRecord): boolean => format === 'harness';
  if (parts === 1 || found.every(isHarness) || !found.some(isHarness)) return;
  const path = units[found.findIndex((unit) => !isHarness(unit))]?.path ?? '';
  throw new EmbedLLMError(
    `Logs of lm-evaluation-harness and other records, as ${JSON.stringify(path)}, cannot be brought together in ${parts} parts. Take 1 part, or import them apart.`,
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

async function readJson<T>(
  storage: ObjectStore,
  key: string,
  signal: AbortSignal | undefined,
): Promise<T> {
  return JSON.parse(Buffer.from(await storage.get(key, { signal })).toString());
}

function padded(number: number): string {
  return String(number).padStart(6, '0');
}
