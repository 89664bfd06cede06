import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbedLLMError, type ModelInfo } from '@embedllm/core';
import { isJsonObject } from '@embedllm/internals';
import type { ObjectStore } from '../storage/object-store.js';
import { writeJson } from '../storage/read-json.js';
import type { UnitJob, UnitRecord } from './import-jobs.js';
import { loadStore } from './load-store.js';
import { withWorkFolder } from './work-folder.js';

/** Reads the files of a unit as they are read on one machine, and writes them as parts; once. */
export async function importUnit(
  storage: ObjectStore,
  job: UnitJob,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { records, path, files, sources, reading, parts, output } = job;
  const marker = `${output}unit.json`;
  if ((await storage.size(marker, { signal })) !== undefined) return;
  const { importEvaluations, openEvaluationStore } = await loadStore();
  await withWorkFolder(storage, signal, async (folder) => {
    for (const file of files) await folder.fetch(records + file, file);
    const store = await openEvaluationStore(join(folder.path, '.unit.duckdb'));
    try {
      const paths = sources.map((source) => join(folder.path, source));
      const found = await importEvaluations(store, paths, { ...reading, signal });
      const format = oneFormat(path, new Set(found.sources.map((source) => source.format)));
      const written = '.parts';
      const partsBy = format === 'harness' ? 'key' : 'id';
      await store.writeParquet(join(folder.path, written), { parts, partsBy, signal });
      for (const name of await readdir(join(folder.path, written))) {
        await folder.send(join(written, name), output + name);
      }
      const rows = await store.query('SELECT name, info FROM models ORDER BY model_id');
      const count = async (sql: string): Promise<number> =>
        Number(Object.values((await store.query(sql))[0] ?? {})[0] ?? 0);
      const partQuestions = await store.countParts({ parts, partsBy });
      const record: UnitRecord = {
        ...{ format, models: rows.map(modelOf), partQuestions },
        questions: partQuestions.reduce((sum, one) => sum + one, 0),
        responses: await count('SELECT count(*) FROM responses'),
      };
      await writeJson(storage, marker, record, signal);
    } finally {
      store.close();
    }
  });
}

/** @throws EmbedLLMError where records of several kinds would be brought together by different rules. */
function oneFormat(path: string, formats: ReadonlySet<string>): UnitRecord['format'] {
  const kinds = new Set([...formats].map((format) => (isLog(format) ? format : 'table')));
  const [kind = 'table', ...others] = kinds;
  if (others.length === 0) return isLog(kind) ? kind : 'table';
  const place = path === '' ? 'The top folder' : `The folder ${path}`;
  throw new EmbedLLMError(
    `${place} contains records of several kinds: ${[...kinds].join(', ')}. Put each kind in a separate folder.`,
    { code: 'invalid-data' },
  );
}

function isLog(format: string): format is 'harness' | 'inspect' {
  return format === 'harness' || format === 'inspect';
}

function modelOf({ name, info }: Readonly<Record<string, unknown>>): ModelInfo {
  const described: unknown = typeof info === 'string' ? JSON.parse(info) : undefined;
  return { ...(isJsonObject(described) && described), name: String(name) };
}
