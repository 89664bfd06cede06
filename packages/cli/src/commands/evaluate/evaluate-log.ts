import { DataError } from '@embedllm/core';
import { count, formatTable, percent } from '@embedllm/internals';
import type { MeanEstimate, PolicyEstimate } from '@embedllm/router/evaluation';
import { readLoggedDecisions } from '../../inputs/read-logged-decisions.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { assertKnownModels, policyOf } from '../route/create-policy.js';
import { type JudgedDecisions, judgeDecisions } from './judge-decisions.js';
import type { EvaluateOptions } from './options.js';

/** What a log says of a policy; plain JSON. */
export interface LogEvaluation extends JudgedDecisions {
  readonly log: string;
  readonly policy: string;
  readonly confidence: number;
}

/** Judges a policy by the decisions that a gateway logged. */
export async function evaluateLog(
  context: Context,
  options: EvaluateOptions,
  file: string,
): Promise<{ summary: LogEvaluation; text: string }> {
  const { policy: name, confidence = 0.95 } = options;
  if (name === undefined) throw new UsageError('--log needs the --policy to evaluate.');
  assertNoArtifact(options);
  const policy = policyOf({ ...options, policy: name });
  const path = context.path(file);
  const { decisions, models } = await readLoggedDecisions(context, file);
  if (models.length > 0) assertKnownModels(options, models, 'the log');
  const judged = judgeDecisions(decisions, policy, confidence);
  const { policyQuality, quality, sameChoice } = judged;
  if (policyQuality === undefined || quality === undefined || sameChoice === undefined) {
    throw new DataError(whyNot(judged), { file: path });
  }
  const summary: LogEvaluation = {
    ...{ log: file, policy: name, confidence },
    ...{ ...judged, policyQuality, quality, sameChoice },
  };
  return { summary, text: describe(summary) };
}

/** With a log these options would say nothing. */
function assertNoArtifact(options: EvaluateOptions): void {
  const given: Record<string, unknown> = {
    '--require': options.require,
    '--min-questions': options.minQuestions,
    '--junit': options.junit,
    '--typing-errors': options.typingErrors,
    '--by-category': options.byCategory,
    '--embeddings': options.embeddings,
    '--prices': options.prices,
    '--split': options.split === 'test' ? undefined : options.split,
    '--encoder-folder': options.encoderFolder,
    '--encoder-url': options.encoderUrl,
    '--batch-size': options.batchSize,
  };
  const [flag] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (flag !== undefined) throw new UsageError(`${flag} applies to an artifact, not to --log.`);
}

function whyNot({
  decisions,
  leftOut,
  counted,
}: Pick<JudgedDecisions, 'decisions' | 'leftOut' | 'counted'>): string {
  if (counted >= 2) {
    return `cannot say what the policy would achieve: it would have made none of the ${counted} decisions that count.`;
  }
  const advice =
    leftOut.certain > 0
      ? ' Let the gateway explore (routing.policy.explore: 0.05), or ask a second model (routing.shadow): a certain choice says nothing about other choices.'
      : leftOut.withoutOutcome > 0
        ? ' Post outcomes to /v1/outcomes.'
        : '';
  return `has ${counted} of ${decisions} decisions that say anything about the policy (${reasons(leftOut)}).${advice}`;
}

function reasons(leftOut: JudgedDecisions['leftOut']): string {
  const { notRouted, withoutOutcome, answeredByAnother, certain, ofAThird, withoutChoice } =
    leftOut;
  const named: [number, string][] = [
    [notRouted, 'not routed'],
    [withoutOutcome, 'without an outcome'],
    [answeredByAnother, 'answered by another model than the chosen one'],
    [certain, 'certain'],
    [ofAThird, 'of which other models were asked'],
    [withoutChoice, 'without a model that the policy admits'],
  ];
  return named
    .filter(([number]) => number > 0)
    .map(([number, reason]) => `${count(number)} ${reason}`)
    .join(', ');
}

function describe(summary: LogEvaluation): string {
  const { decisions, counted, pairs, leftOut, sameChoice, confidence, policy } = summary;
  const { quality, policyQuality, costUsd, policyCostUsd } = summary;
  const because = counted < decisions ? ` Left out: ${reasons(leftOut)}.` : '';
  const effective = Math.round(policyQuality.effectiveDecisions);
  const level = `${Number((100 * confidence).toFixed(1))}% interval`;
  const rows = [
    ...rowsOf('quality', quality, policyQuality, (value) => fixed(value, 3)),
    ...(costUsd === undefined || policyCostUsd === undefined
      ? []
      : rowsOf('$ per 1,000', costUsd, policyCostUsd, (value) =>
          fixed(1000 * value, centDigits(1000 * costUsd)),
        )),
  ];
  return [
    `${count(counted)} of ${count(decisions)} decisions count${pairs > 0 ? `, ${count(pairs)} of them answered by two models` : ''}.${because}`,
    `${policy} would have made ${percent(sameChoice)} of them as well. They are worth ${count(effective)} decisions by the policy itself.`,
    '',
    formatTable(['', 'estimate', 'as it was', 'with the policy', level, 'change', level], rows),
    ...(Math.abs(policyQuality.meanWeight - 1) > 0.2
      ? [
          '',
          `The weights average ${policyQuality.meanWeight.toFixed(2)} instead of 1: the log explored too little for this policy, or its propensities are wrong.`,
        ]
      : []),
  ].join('\n');
}

function rowsOf(
  what: string,
  done: number,
  { gain, ...estimates }: PolicyEstimate,
  format: (value: number) => string,
): string[][] {
  const row = (name: string, value?: MeanEstimate, change?: MeanEstimate): string[][] =>
    value && change
      ? [
          [
            ...[what, name, format(done), format(value.value), interval(value, format)],
            ...[format(change.value), interval(change, format)],
          ],
        ]
      : [];
  return [
    ...row('doubly robust', estimates.doublyRobust, gain.doublyRobust),
    ...row('SNIPS', estimates.snips, gain.snips),
    ...row('IPS', estimates.ips, gain.ips),
  ];
}

function interval({ lower, upper }: MeanEstimate, format: (value: number) => string): string {
  return `${format(lower)} to ${format(upper)}`;
}

/** Cents, and three digits of amounts below a dollar. */
function centDigits(usd: number): number {
  return usd > 0 ? Math.min(12, Math.max(2, 2 - Math.floor(Math.log10(usd)))) : 2;
}

/** Without a sign before a zero. */
function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(?=[0.]+$)/, '');
}
