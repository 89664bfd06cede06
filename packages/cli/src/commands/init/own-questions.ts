import {
  type CollectQuestion,
  createScorer,
  readQuestions,
} from '@embedllm/dataset-builder/collect';
import { missingScorer } from '../../inputs/missing-scorer.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { InitOptions } from './options.js';

/**
 * The user's own questions, each with a right answer. Their identifiers begin with `own:`, so that
 * they are not questions of the bank.
 *
 * @throws UsageError where one has no right answer or no scorer; DataError where its scorer cannot read
 * the right answer.
 */
export async function ownQuestions(
  context: Context,
  { questions: file, scorer }: InitOptions,
): Promise<CollectQuestion[]> {
  if (file === undefined) {
    if (scorer !== undefined) {
      throw new UsageError(
        '--scorer applies to your own questions: name their table with --questions.',
      );
    }
    return [];
  }
  const questions = await readQuestions(context.path(file), { scorer, signal: context.signal });
  return questions.map(({ id, ...question }) => {
    if (question.key === undefined) {
      throw new UsageError(
        `${file}: question ${id} has no right answer. Add one in a column "key".`,
      );
    }
    const own = question.scorer ?? scorer;
    if (own === undefined) {
      throw missingScorer(file, id);
    }
    return {
      ...question,
      id: `own:${id}`,
      scorer: typeof own === 'string' ? createScorer(own) : own,
    };
  });
}
