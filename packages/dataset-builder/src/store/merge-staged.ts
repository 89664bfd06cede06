import { advice, DataError, namedOption } from '@embedllm/core';
import { quoteBriefly } from '../csv/columns.js';
import { compareWithKnown, joinReordered, keepKeys } from './known-questions.js';
import type { MergeCounts, Problem, StagingSource } from './staging.js';
import type { StoreSession } from './store-session.js';

/** What to do when the store already has another score for a question and model. */
export type ConflictPolicy = 'refuse' | 'keep' | 'replace';

/** How a file goes into the store. */
export interface MergeOptions {
  readonly file: string;
  readonly sourceId: number;
  readonly onConflict: ConflictPolicy;
  /** Category of new questions of which the file does not say it. */
  readonly defaultCategory: string;
  /** Whether a question and model may be staged more than once. */
  readonly mayRepeat: boolean;
  /** Refuse questions that the store does not have, because the file does not describe them. */
  readonly onlyKnownQuestions: boolean;
}

/** Checks what is staged and moves it into the store; within the caller's transaction. */
export async function mergeStaged(
  session: StoreSession,
  source: StagingSource,
  options: MergeOptions,
): Promise<MergeCounts> {
  const refuse = async (problem: Problem): Promise<never> => {
    throw await source.explain(problem);
  };
  await checkStaged(session, source, refuse, options);
  const staged = source.coded ? 'staged_codes' : 'staged';
  const names = source.coded
    ? 'SELECT name AS model, min(code) AS code FROM staged_models GROUP BY name'
    : 'SELECT model, min(row) AS code FROM staged GROUP BY model';
  const rows = await session.count(`SELECT count(*) FROM ${staged}`);
  const models = await session.count(
    `INSERT INTO models SELECT (SELECT coalesce(max(model_id) + 1, 0) FROM models)
        + row_number() OVER (ORDER BY code, model) - 1, model, NULL
      FROM (${names}) ANTI JOIN models ON models.name = model`,
  );
  const merged = await mergeQuestions(session, source, options);
  const { questions } = merged;
  const resolved = await resolve(session, source.coded, options.mayRepeat, refuse);
  // Questions that are all new have no response yet: nothing to compare with, however much there is.
  const areAllNew = questions === (await session.count('SELECT count(*) FROM staged_questions'));
  const conflicts = areAllNew ? 0 : await settleConflicts(session, resolved, options);
  const responses = await session.count(
    `INSERT INTO responses SELECT question_id, model_id, score, ${options.sourceId} FROM ${resolved}
      ${areAllNew ? '' : 'ANTI JOIN responses USING (question_id, model_id)'}`,
  );
  return {
    rows,
    ...merged,
    models,
    responses,
    conflicts,
    notAsked: 0,
    duplicates: rows - responses - conflicts,
  };
}

async function checkStaged(
  session: StoreSession,
  { coded }: StagingSource,
  refuse: (problem: Problem) => Promise<never>,
  options: MergeOptions,
): Promise<void> {
  const rowOf = (value: unknown): number | undefined =>
    typeof value === 'number' ? value : undefined;
  const bad = coded
    ? undefined
    : await session.first(
        `SELECT question = '' AS no_question, model = '' AS no_model, row FROM staged
          WHERE question = '' OR model = '' OR score IS NULL ORDER BY row LIMIT 1`,
      );
  if (bad) {
    const kind = bad.no_question ? 'question-id' : bad.no_model ? 'model-id' : 'score';
    await refuse({ kind, row: rowOf(bad.row) });
  }
  const variant = await session.first(
    `SELECT id, categories FROM staged_questions WHERE categories > 1 OR prompts > 1
      ORDER BY id LIMIT 1`,
  );
  if (variant) {
    const kind = Number(variant.categories) > 1 ? 'category' : 'prompt';
    await refuse({ kind, question: String(variant.id) });
  }
  if (options.onlyKnownQuestions) {
    const unknown = await session.first(
      `SELECT staged_questions.id FROM staged_questions
        ANTI JOIN questions ON questions.id = staged_questions.id ORDER BY 1 LIMIT 1`,
    );
    if (unknown) await refuse({ kind: 'unknown-question', question: String(unknown.id) });
  }
}

/** What became of the staged questions. */
type MergedQuestions = Pick<MergeCounts, 'questions' | 'reordered' | 'otherTexts'>;

async function mergeQuestions(
  session: StoreSession,
  { keys }: StagingSource,
  { file, sourceId, defaultCategory }: MergeOptions,
): Promise<MergedQuestions> {
  const otherTexts = await compareWithKnown(session, { keys }, file);
  const reordered = keys === 'joins' ? await joinReordered(session) : 0;
  const questions = await session.count(
    `INSERT INTO questions SELECT (SELECT coalesce(max(question_id) + 1, 0) FROM questions)
        + row_number() OVER (ORDER BY s.code, TRY_CAST(s.id AS BIGINT), s.id) - 1,
        s.id, coalesce(nullif(s.category, ''), ?), coalesce(s.prompt, ''), ${sourceId}
      FROM staged_questions s ANTI JOIN questions q ON q.id = s.id`,
    [defaultCategory],
  );
  if (keys !== undefined) await keepKeys(session);
  return { questions, reordered, otherTexts };
}

/**
 * Gives the staged responses the store's ids, each question and model once.
 *
 * @returns the name of the table or view.
 */
async function resolve(
  session: StoreSession,
  coded: boolean,
  mayRepeat: boolean,
  refuse: (problem: Problem) => Promise<never>,
): Promise<string> {
  const identified = coded
    ? `staged_codes
        JOIN (SELECT code, question_id FROM staged_questions JOIN questions USING (id)) q
          ON q.code = staged_codes.question
        JOIN (SELECT code, model_id FROM staged_models JOIN models USING (name)) m
          ON m.code = staged_codes.model`
    : `staged JOIN questions ON questions.id = staged.question
        JOIN models ON models.name = staged.model`;
  // Grouping takes most of an import, and nearly all files have each response once.
  if (!mayRepeat) {
    await session.run(
      `CREATE TEMP VIEW resolved_once AS SELECT question_id, model_id, score FROM ${identified}`,
    );
    return 'resolved_once';
  }
  await session.run(
    `CREATE TEMP TABLE resolved AS
      SELECT question_id, model_id, min(score) AS score, max(score) AS highest
      FROM ${identified} GROUP BY question_id, model_id`,
  );
  const differing = await session.first(
    `SELECT id, name FROM resolved JOIN questions USING (question_id) JOIN models USING (model_id)
      WHERE score <> highest ORDER BY question_id, model_id LIMIT 1`,
  );
  if (differing) {
    await refuse({
      kind: 'labels',
      question: String(differing.id),
      model: String(differing.name),
    });
  }
  return 'resolved';
}

/** @returns how many responses have another score in the store. */
async function settleConflicts(
  session: StoreSession,
  resolved: string,
  { file, onConflict }: MergeOptions,
): Promise<number> {
  const clash = `FROM ${resolved} n JOIN responses o USING (question_id, model_id)
    WHERE n.score <> o.score`;
  const count = await session.count(`SELECT count(*) ${clash}`);
  if (count === 0) return 0;
  if (onConflict === 'refuse') {
    const first = await session.first(
      `SELECT id, models.name AS model, n.score AS here, o.score AS there, sources.name AS source
        FROM ${resolved} n JOIN responses o USING (question_id, model_id)
          JOIN questions USING (question_id) JOIN models USING (model_id)
          JOIN sources ON sources.source_id = o.source_id
        WHERE n.score <> o.score ORDER BY question_id, model_id LIMIT 1`,
    );
    throw new DataError(
      advice`model ${quoteBriefly(String(first?.model))} on question ${quoteBriefly(String(first?.id))} has the score ${String(first?.here)} here but ${String(first?.there)} in ${String(first?.source)}, imported earlier${count > 1 ? `, and ${count - 1} more differ` : ''}. Correct one, or choose one with ${namedOption('onConflict')}: keep or replace.`,
      { file, code: 'conflicting-labels' },
    );
  }
  if (onConflict === 'replace') {
    await session.run(
      `UPDATE responses SET score = n.score FROM ${resolved} n
        WHERE n.question_id = responses.question_id AND n.model_id = responses.model_id
          AND n.score <> responses.score`,
    );
  }
  return count;
}
