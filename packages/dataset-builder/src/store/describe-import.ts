import type { ModelInfo, Question } from '@embedllm/core';
import type { ModelTable } from '../embedllm/model-table.js';
import { mergeStaged } from './merge-staged.js';
import { appendQuestion, makeStaging, type StagingSource } from './staging.js';
import type { StoreSession } from './store-session.js';

/** Adds questions and models of which other tables say everything. */
export async function addDescribed(
  session: StoreSession,
  questions: readonly Question[],
  models: readonly ModelInfo[],
  { sourceId, file }: { readonly sourceId: number; readonly file: string },
): Promise<{ questions: number; models: number }> {
  await session.append('staged_questions', (appender) => {
    for (const [code, question] of questions.entries()) appendQuestion(appender, code, question);
  });
  const { questions: added } = await mergeStaged(
    session,
    {
      coded: true,
      stage: async () => ({ mayRepeat: false }),
      explain: ({ kind }) => Promise.reject(new Error(kind)),
    },
    {
      file,
      sourceId,
      onConflict: 'refuse',
      defaultCategory: '',
      mayRepeat: false,
      onlyKnownQuestions: false,
    },
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
export async function nameModels(
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
    'SELECT name FROM staged_models ANTI JOIN named ON named.key = staged_models.name ORDER BY name LIMIT 1',
  );
  if (unknown) throw await source.explain({ kind: 'unknown-model', model: String(unknown.name) });
  await session.run(
    'UPDATE staged_models SET name = named.name FROM named WHERE named.key = staged_models.name',
  );
  await session.run('DROP TABLE temp.main.named');
}
