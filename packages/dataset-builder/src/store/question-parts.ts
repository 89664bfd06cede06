import { checkInteger } from '@embedllm/internals';
import type { StoreSession } from './store-session.js';

/** How questions are divided into parts. */
export interface QuestionParts {
  /** An integer of at least 1. */
  readonly parts: number;
  /** @default 'id' */
  readonly partsBy?: 'id' | 'key' | undefined;
}

/** Questions, with their keys and the number of their part. */
export function partedQuestions({ parts, partsBy = 'id' }: QuestionParts): string {
  checkInteger('parts', parts, { min: 1 });
  const identity = partsBy === 'key' ? 'coalesce(key, id)' : 'id';
  return `SELECT *, (md5_number_lower(${identity}) % ${parts})::INTEGER AS part
    FROM questions LEFT JOIN question_keys USING (question_id)`;
}

/** How many questions each part has. */
export async function countQuestionParts(
  session: StoreSession,
  options: QuestionParts,
): Promise<number[]> {
  const counts = Array.from({ length: options.parts }, () => 0);
  const rows = await session.rows(
    `SELECT part, count(*) AS questions FROM (${partedQuestions(options)}) GROUP BY part`,
  );
  for (const { part, questions } of rows) counts[Number(part)] = Number(questions);
  return counts;
}
