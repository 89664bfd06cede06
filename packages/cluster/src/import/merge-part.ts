import { join } from 'node:path';
import type { ObjectStore } from '../storage/object-store.js';
import { readJson, writeJson } from '../storage/read-json.js';
import { type MergePlan, type PartJob, type PartRecord, partFile } from './import-jobs.js';
import { loadStore } from './load-store.js';
import { withWorkFolder } from './work-folder.js';

/** Brings one part of all units together, as importing these one after another would; once. */
export async function mergePart(
  storage: ObjectStore,
  job: PartJob,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { part, firstQuestion } = job;
  if ((await storage.size(job.record, { signal })) !== undefined) return;
  const { openEvaluationStore } = await loadStore();
  const { models, units, onConflict } = await readJson<MergePlan>(storage, job.plan, {
    ...{ what: 'a plan', lists: ['models', 'units'], signal },
  });
  await withWorkFolder(storage, signal, async (folder) => {
    const store = await openEvaluationStore(join(folder.path, '.part.duckdb'));
    try {
      const counts = { duplicates: 0, conflicts: 0, reordered: 0 };
      for (const [index, { prefix, name, format }] of units.entries()) {
        const fetch = (table: 'questions' | 'responses'): Promise<string> => {
          const file = partFile(table, part);
          return folder.fetch(prefix + file, join(String(index), file));
        };
        const questions = await fetch('questions');
        const responses = await fetch('responses');
        const imported = await store.importParquet({
          ...{ questions, responses, models, name, format, onConflict, signal },
        });
        counts.duplicates += imported.duplicates;
        counts.conflicts += imported.conflicts;
        counts.reordered += imported.reordered;
      }
      const [row] = await store.query(
        'SELECT (SELECT count(*) FROM questions) AS questions, (SELECT count(*) FROM responses) AS responses',
      );
      const record: PartRecord = {
        ...{ questions: Number(row?.questions), responses: Number(row?.responses), ...counts },
      };
      await store.writeParquet(join(folder.path, 'out'), { firstQuestion, signal });
      await folder.send(join('out', 'questions.parquet'), job.questions);
      await folder.send(join('out', 'responses.parquet'), job.responses);
      if (part === 0) await folder.send(join('out', 'models.parquet'), job.modelTable);
      await writeJson(storage, job.record, record, signal);
    } finally {
      store.close();
    }
  });
}
