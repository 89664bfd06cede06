import {
  type CollectedModel,
  type CollectOptions,
  collect,
  planCollect,
  rescore,
} from '@embedllm/dataset-builder/collect';
import { quantity } from '@embedllm/internals';
import type { Context } from '../../program/context.js';
import { EXIT_CODES } from '../../program/exit-code.js';
import { UsageError } from '../../program/failure.js';
import { type ChosenScorer, chooseScorer, describeJudge } from './choose-scorer.js';
import { describeCollection, describePlan } from './describe-collection.js';
import { modelsToAsk } from './models-to-ask.js';
import type { CollectCommandOptions } from './options.js';
import { questionsOfRun } from './questions-of-run.js';

/** Asks, and says what came of it. */
export async function collectAnswers(
  context: Context,
  options: CollectCommandOptions,
): Promise<number> {
  const chosen = await chooseScorer(context, options);
  const settings = await settingsOf(context, options, chosen);
  const judge = await chosen.judge?.prepare(context.signal);
  if (judge) context.note(describeJudge(judge));
  context.resumeHint = `Answers so far are in ${settings.record}; run the same command again to ask the rest.`;
  const task = context.progress.start('Asking');
  const result = await collect({ ...settings, onProgress: task.onProgress });
  task.end();
  for (const { name, stopped, unasked } of result.models) {
    if (stopped !== undefined) {
      const left = unasked > 0 ? `${quantity(unasked, 'question')} not asked. ` : '';
      context.warn(`${name}: ${left}${stopped}`);
    }
  }
  const { records: _, ...summary } = result;
  context.result({ ...summary, judge }, () => describeCollection(result));
  return result.models.some(isGivenUp) ? EXIT_CODES.checkFailed : EXIT_CODES.ok;
}

/** Whether a model was not asked everything, or answered nothing of what it was asked. */
function isGivenUp({ stopped, errors, answered, undecided }: CollectedModel): boolean {
  return stopped !== undefined || (errors > 0 && answered + undecided === 0);
}

/** Says what asking would take. */
export async function planAnswers(
  context: Context,
  options: CollectCommandOptions,
): Promise<number> {
  const settings = await settingsOf(context, options, await chooseScorer(context, options));
  const plan = await planCollect(settings);
  context.result(plan, () => describePlan(plan, settings.budget));
  return EXIT_CODES.ok;
}

/** Scores the answers of a record again. */
export async function rescoreAnswers(
  context: Context,
  options: CollectCommandOptions,
): Promise<number> {
  if (options.from !== undefined) {
    throw new UsageError('--rescore asks nothing; remove --from.');
  }
  const record = context.path(options.output);
  const questions = options.questions === undefined ? [] : await questionsOfRun(context, options);
  const { scorer, judge } = await chooseScorer(context, options);
  const check = await judge?.prepare(context.signal);
  if (check) context.note(describeJudge(check));
  context.resumeHint = `${record} is unchanged.`;
  const task = context.progress.start('Scoring');
  const { scored, changed, undecided } = await rescore({
    ...{ record, questions, scorer, signal: context.signal, allowPython: options.allowPython },
    onProgress: task.onProgress,
  });
  task.end();
  const summary = { record, scored, changed, undecided, judge: check };
  context.result(
    summary,
    () =>
      `Scored ${quantity(scored, 'answer')} of ${record}: ${quantity(changed, 'outcome')} changed, ${undecided} undecided.`,
  );
  return EXIT_CODES.ok;
}

async function settingsOf(
  context: Context,
  options: CollectCommandOptions,
  { scorer }: ChosenScorer,
): Promise<CollectOptions> {
  const { budget, maxOutputTokens, concurrency, maxRetries, retryErrors, allowPython } = options;
  return {
    models: await modelsToAsk(context, options),
    questions: await questionsOfRun(context, options),
    record: context.path(options.output),
    timeoutMs: Math.ceil(options.timeout * 1000),
    signal: context.signal,
    ...{ scorer, budget, maxOutputTokens, concurrency, maxRetries, retryErrors, allowPython },
  };
}
