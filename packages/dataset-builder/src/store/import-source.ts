import { createHash } from 'node:crypto';
import type { ModelInfo, Question } from '@embedllm/core';
import { ModelTable } from '../embedllm/model-table.js';
import { type ConflictPolicy, type MergeCounts, mergeStaged } from './merge-staged.js';
import { dropStaging, LongRecord, makeStaging, type StagingSource } from './staging.js';
import type { StoreSession } from './store-session.js';

/** What an import brought. */
export interface StoreImport extends MergeCounts {
  /** As the caller gave it. */
  readonly name: string;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
  /** Whether the content was imported before in the same way, and nothing was done. */
  readonly skipped: boolean;
}

/** Something to import. */
export interface ImportTarget {
  readonly name: string;
  /** @default name */
  readonly file?: string | undefined;
  readonly format: string;
  readonly sha256: string;
  /** How it is read: the same content read in another way is another import. */
  readonly settings: string;
  readonly signal: AbortSignal | undefined;
  readonly onConflict: ConflictPolicy;
  readonly defaultCategory?: string | undefined;
  readonly onlyKnownQuestions?: boolean | undefined;
  /** Questions and models that other tables describe; with a `ModelTable`, responses have its ids. */
  readonly described?:
    | {
        readonly questions: readonly Question[];
        readonly models: ModelTable | readonly ModelInfo[];
      }
    | undefined;
  readonly source: StagingSource | (() => Promise<StagingSource> | StagingSource);
  readonly beforeCommit?: (() => Promise<void>) | undefined;
}

const NOTHING: MergeCounts = {
  rows: 0,
  questions: 0,
  models: 0,
  responses: 0,
  duplicates: 0,
  conflicts: 0,
};

/** Imports one source as one transaction. */
export async function importSource(
  session: StoreSession,
  target: ImportTarget,
): Promise<StoreImport> {
  const { name, sha256, format } = target;
  const file = target.file ?? name;
  const described = target.described;
  const models =
    described?.models instanceof ModelTable ? described.models.models() : described?.models;
  const key = createHash('sha256')
    .update(
      JSON.stringify([sha256, format, target.settings, described?.questions ?? [], models ?? []]),
    )
    .digest('hex');
  if ((await session.count('SELECT count(*) FROM sources WHERE import_key = ?', [key])) > 0) {
    return { name: file, sha256, skipped: true, ...NOTHING };
  }
  const given = typeof target.source === 'function' ? await target.source() : target.source;
  const attempt = (source: StagingSource): Promise<MergeCounts> =>
    session.transaction(target.signal, async () => {
      const sourceId = await session.count('SELECT coalesce(max(source_id) + 1, 0) FROM sources');
      await session.run('INSERT INTO sources VALUES (?, ?, ?, ?, ?, 0, now()::TIMESTAMP)', [
        sourceId,
        file,
        format,
        sha256,
        key,
      ]);
      await makeStaging(session);
      const fromDescription = described
        ? await addDescribed(session, described.questions, models ?? [], {
            sourceId,
            file,
          })
        : { questions: 0, models: 0 };
      await source.stage(session);
      if (described?.models instanceof ModelTable && described.models.closed) {
        await nameModels(session, described.models, source);
      }
      const merged = await mergeStaged(session, source, {
        file,
        sourceId,
        onConflict: target.onConflict,
        defaultCategory: target.defaultCategory ?? 'uncategorized',
        onlyKnownQuestions: target.onlyKnownQuestions ?? false,
      });
      await session.run('UPDATE sources SET rows = ? WHERE source_id = ?', [
        BigInt(merged.rows),
        sourceId,
      ]);
      await dropStaging(session);
      await target.beforeCommit?.();
      return {
        ...merged,
        questions: merged.questions + fromDescription.questions,
        models: merged.models + fromDescription.models,
      };
    });
  try {
    return { name: file, sha256, skipped: false, ...(await attempt(given)) };
  } catch (error) {
    if (!(error instanceof LongRecord) || given.forLongRecords === undefined) throw error;
    const again = given.forLongRecords();
    return { name: file, sha256, skipped: false, ...(await attempt(again)) };
  }
}

/** Adds questions and models of which other tables say everything. */
async function addDescribed(
  session: StoreSession,
  questions: readonly Question[],
  models: readonly ModelInfo[],
  { sourceId, file }: { readonly sourceId: number; readonly file: string },
): Promise<{ questions: number; models: number }> {
  await session.append('staged_questions', (appender) => {
    for (const { id, category, prompt } of questions) {
      appender.appendVarchar(id);
      appender.appendVarchar(category);
      appender.appendVarchar(prompt);
      appender.appendInteger(1);
      appender.appendInteger(1);
      appender.endRow();
    }
  });
  const { questions: added } = await mergeStaged(
    session,
    { stage: async () => {}, explain: ({ kind }) => Promise.reject(new Error(kind)) },
    { file, sourceId, onConflict: 'refuse', defaultCategory: '', onlyKnownQuestions: false },
  );
  await makeStaging(session);
  await session.run(
    'CREATE OR REPLACE TEMP TABLE described (position INTEGER, name VARCHAR, info VARCHAR)',
  );
  await session.append('described', (appender) => {
    models.forEach((model, position) => {
      const { name, ...info } = model;
      appender.appendInteger(position);
      appender.appendVarchar(name);
      if (Object.keys(info).length === 0) appender.appendNull();
      else appender.appendVarchar(JSON.stringify(info));
      appender.endRow();
    });
  });
  const newModels = await session.count(
    `INSERT INTO models SELECT (SELECT coalesce(max(model_id) + 1, 0) FROM models)
        + row_number() OVER (ORDER BY position) - 1, name, info
      FROM described ANTI JOIN models USING (name)`,
  );
  await session.run(
    `UPDATE models SET info = described.info FROM described
      WHERE described.name = models.name AND models.info IS NULL`,
  );
  await session.run('DROP TABLE temp.main.described');
  return { questions: added, models: newModels };
}

/** Replaces the ids that responses have by the names of their models. */
async function nameModels(
  session: StoreSession,
  table: ModelTable,
  source: StagingSource,
): Promise<void> {
  await session.run('CREATE OR REPLACE TEMP TABLE named (key VARCHAR, name VARCHAR)');
  const models = table.models();
  await session.append('named', (appender) => {
    table.ids.forEach((id, index) => {
      appender.appendVarchar(id);
      appender.appendVarchar(models[index]?.name ?? id);
      appender.endRow();
    });
  });
  const unknown = await session.first(
    `SELECT model FROM staged ANTI JOIN named ON named.key = staged.model
      WHERE model <> '' ORDER BY model LIMIT 1`,
  );
  if (unknown) throw await source.explain({ kind: 'unknown-model', model: String(unknown.model) });
  await session.run(
    'UPDATE staged SET model = named.name FROM named WHERE named.key = staged.model',
  );
  await session.run('DROP TABLE temp.main.named');
}
