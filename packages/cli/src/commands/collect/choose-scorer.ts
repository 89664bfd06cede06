import {
  createScorer,
  type JudgeCheck,
  type JudgeScorer,
  judgeScorer,
  readMarkedExamples,
  type Scorer,
} from '@embedllm/dataset-builder/collect';
import { percent } from '@embedllm/internals';
import { readText } from '@embedllm/internals/files';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { pricedModel } from './models-to-ask.js';
import type { CollectCommandOptions } from './options.js';

/** How questions are scored that name no scorer. */
export interface ChosenScorer {
  readonly scorer: Scorer | undefined;
  /** Present where it is a judge. */
  readonly judge: JudgeScorer | undefined;
}

/**
 * The scorer that the flags choose.
 *
 * @throws UsageError where they contradict each other or a judge lacks what it needs.
 */
export async function chooseScorer(
  context: Context,
  options: CollectCommandOptions,
): Promise<ChosenScorer> {
  const { judge: model, rubric, judgeExamples, scorer: name, minAgreement } = options;
  if (model === undefined) {
    const stray = rubric !== undefined ? '--rubric' : judgeExamples && '--judge-examples';
    if (stray) throw new UsageError(`${stray} needs a judge: name its model with --judge.`);
    return {
      scorer: name === undefined ? undefined : createScorer(name, options),
      judge: undefined,
    };
  }
  if (name !== undefined) throw new UsageError('Use either --scorer or --judge, not both.');
  if (rubric === undefined || judgeExamples === undefined) {
    throw new UsageError(
      '--judge needs --rubric FILE, which says what makes an answer right, and --judge-examples FILE, with answers scored by people.',
    );
  }
  const judge = await judgeScorer({
    model: await pricedModel(context, options, model),
    rubric: await readText(context.path(rubric), context.signal),
    examples: await readMarkedExamples(context.path(judgeExamples), { signal: context.signal }),
    minAgreement,
  });
  return { scorer: judge, judge };
}

/** How far a judge agrees with people, in a sentence. */
export function describeJudge(check: JudgeCheck): string {
  const { agreed, examples, undecided, agreement, interval, baseline, cost } = check;
  const [lower, upper] = interval;
  return `The judge agrees with ${agreed} of ${examples - undecided} scored examples, ${percent(agreement)} [${percent(lower)}, ${percent(upper)}]; always giving the same verdict would reach ${percent(baseline)}. The check cost $${cost.toFixed(4)}.`;
}
