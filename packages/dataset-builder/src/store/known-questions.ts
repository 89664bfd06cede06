import { advice, DataError, namedOption } from '@embedllm/core';
import { quoteBriefly } from '../csv/columns.js';
import { orderFreeText } from '../question-text/order-free-text.js';
import type { StagingSource } from './staging.js';
import type { SqlRow, StoreSession } from './store-session.js';

/**
 * Gives staged questions that are not in the store the ids of questions there that have the same
 * keys, each once: the first of a key stands for the first.
 *
 * @returns how many.
 */
export function joinReordered(session: StoreSession): Promise<number> {
  return session.count(
    `UPDATE staged_questions SET id = there FROM (
      SELECT here, there FROM (
        SELECT s.id AS here, key, row_number() OVER (PARTITION BY key ORDER BY code) AS nth
        FROM staged_questions s ANTI JOIN questions q ON q.id = s.id WHERE key IS NOT NULL
      ) JOIN (
        SELECT q.id AS there, key, row_number() OVER (PARTITION BY key ORDER BY question_id) AS nth
        FROM question_keys JOIN questions q USING (question_id)
          ANTI JOIN staged_questions s ON s.id = q.id
      ) USING (key, nth)
    ) WHERE here = staged_questions.id`,
  );
}

/** Keeps the keys of staged questions, which are in the store now. */
export async function keepKeys(session: StoreSession): Promise<void> {
  await session.run(
    `INSERT INTO question_keys SELECT question_id, key FROM staged_questions JOIN questions USING (id)
      ANTI JOIN question_keys USING (question_id) WHERE key IS NOT NULL`,
  );
}

/**
 * Compares staged questions with those of the same ids in the store. Logs say by ids and keys what
 * is the same question; elsewhere texts may differ in the order of their choices alone.
 *
 * @returns how many have another text.
 * @throws DataError where a question has another category or is another question.
 */
export async function compareWithKnown(
  session: StoreSession,
  { keys }: Pick<StagingSource, 'keys'>,
  file: string,
): Promise<number> {
  const same = 'staged_questions s JOIN questions q ON q.id = s.id JOIN sources USING (source_id)';
  const categories = await session.first(
    `SELECT q.id, name FROM ${same} WHERE s.category <> q.category ORDER BY q.id LIMIT 1`,
  );
  if (categories) throw another('category', categories, file);
  if (keys === 'checks') {
    const other = await session.first(
      `SELECT q.id, name FROM ${same} JOIN question_keys k USING (question_id)
        WHERE s.key <> k.key ORDER BY q.id LIMIT 1`,
    );
    if (other) {
      throw new DataError(
        advice`the question ${quoteBriefly(String(other.id))} has a different text in ${String(other.name)}, imported earlier. Are the ids the same in all runs? If not, identify questions by their content with ${namedOption('questionId', 'content')}.`,
        { file, field: 'prompt' },
      );
    }
  }
  const texts = `FROM ${same} WHERE s.prompt <> q.prompt`;
  if (keys !== undefined) return session.count(`SELECT count(*) ${texts}`);
  let count = 0;
  await session.eachChunk(
    `SELECT q.id, name, s.prompt, q.prompt ${texts} ORDER BY q.id`,
    ([ids = [], names = [], here = [], there = []]) => {
      for (const [row, id] of ids.entries()) {
        const key = orderFreeText(String(here[row]));
        if (key === undefined || key !== orderFreeText(String(there[row]))) {
          throw another('prompt', { id: String(id), name: String(names[row]) }, file);
        }
        count++;
      }
    },
  );
  return count;
}

function another(field: 'category' | 'prompt', { id, name }: SqlRow, file: string): DataError {
  return new DataError(
    `the question ${quoteBriefly(String(id))} has a different ${field} in ${String(name)}, imported earlier. Correct one, or give different questions different ids.`,
    { file, field },
  );
}
