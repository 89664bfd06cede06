import { type CollectQuestion, readQuestions } from '@embedllm/dataset-builder/collect';
import { count, quantity } from '@embedllm/internals';
import { missingScorer } from '../../inputs/missing-scorer.js';
import { TornLines } from '../../inputs/torn-lines.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { CollectCommandOptions } from './options.js';

/**
 * The questions of a table, or prompts drawn from a log.
 *
 * @throws UsageError where neither is named, or flags contradict each other.
 */
export async function questionsOfRun(
  context: Context,
  options: CollectCommandOptions,
): Promise<CollectQuestion[]> {
  const { questions, from } = options;
  const { signal } = context;
  if (questions !== undefined && from !== undefined) {
    throw new UsageError('Use either --questions or --from, not both.');
  }
  if (questions !== undefined) {
    const stray = strayFlag(options, ['sample', 'seed']);
    if (stray)
      throw new UsageError(`${stray} is for prompts from a log: name the log with --from.`);
    const read = await readQuestions(context.path(questions), { ...options, signal });
    // A record that is scored again names its scorers itself.
    const hasScorer = options.scorer ?? options.judge ?? options.rescore;
    const unscored = hasScorer ? undefined : read.find(({ scorer }) => scorer === undefined);
    if (unscored) throw missingScorer(questions, unscored.id);
    return read;
  }
  if (from === undefined) {
    throw new UsageError(
      'No questions given. Name a table with --questions FILE (columns prompt, key and scorer) or a log of requests with --from FILE.',
    );
  }
  const stray = strayFlag(options, [
    ...(['questionColumn', 'categoryColumn', 'keyColumn', 'scorerColumn'] as const),
  ]);
  if (stray) throw new UsageError(`${stray} is for a table of questions, not for --from.`);
  if (options.judge === undefined && options.scorer === undefined) {
    throw new UsageError(
      'Prompts from a log have no right answers to compare with. Let a model judge them: --judge MODEL --rubric FILE --judge-examples FILE.',
    );
  }
  const { samplePrompts } = await import('@embedllm/dataset-builder/collect');
  const task = context.progress.start('Reading');
  const { sample, seed, promptColumn } = options;
  const torn = new TornLines();
  const { onTorn } = torn;
  const found = await samplePrompts(context.path(from), {
    ...{ count: sample, seed, promptColumn, signal, onTorn, onProgress: task.onProgress },
  }).finally(() => task.end());
  torn.warn(context, from);
  const { similar, notText, withoutPrompt } = found;
  const left = [
    similar > 0 && `${count(similar)} similar ones left out`,
    notText > 0 && `${quantity(notText, 'request')} with parts that are not text left out`,
    withoutPrompt > 0 && `${quantity(withoutPrompt, 'record')} without a prompt`,
  ].filter((text) => text !== false);
  context.note(
    `Drew ${count(found.questions.length)} of ${quantity(found.different, 'different prompt')} in ${quantity(found.records, 'record')} of ${from}${left.length > 0 ? ` (${left.join(', ')})` : ''}.`,
  );
  return [...found.questions];
}

const FLAGS = {
  ...{ sample: '--sample', seed: '--seed' },
  ...{ questionColumn: '--question-column', categoryColumn: '--category-column' },
  ...{ keyColumn: '--key-column', scorerColumn: '--scorer-column' },
} as const;

function strayFlag(
  options: CollectCommandOptions,
  names: readonly (keyof typeof FLAGS)[],
): string | undefined {
  const name = names.find((each) => options[each] !== undefined);
  return name && FLAGS[name];
}
