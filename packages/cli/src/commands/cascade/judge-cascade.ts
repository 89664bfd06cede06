import { DataError, EmbedLLMError } from '@embedllm/core';
import { type CollectRecord, readCollectRecords } from '@embedllm/dataset-builder/collect';
import { percent, quantity } from '@embedllm/internals';
import {
  type AnswerKey,
  adviseCascade,
  answerKeys,
  type CascadeAdvice,
  type CertifiedCascade,
  certifyCascade,
  logAnswers,
} from '@embedllm/router/cascade';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { CascadeCommandOptions } from './options.js';

/** What a record says of a cascade; plain JSON. */
export interface CascadeSummary extends CascadeAdvice {
  readonly record: string;
  readonly ask: readonly string[];
  readonly escalate: string;
  readonly agree: 'all' | 'majority';
  readonly key: string;
  /** Questions that not all models answered, or whose outcomes are not known. */
  readonly skipped: number;
  readonly share: number;
  readonly confidence: number;
  /** Null where the share cannot be shown to be kept. */
  readonly certified: CertifiedCascade | null;
}

/** Judges a cascade by recorded answers. */
export async function judgeCascade(
  context: Context,
  options: CascadeCommandOptions,
  record: string,
): Promise<{ summary: CascadeSummary; text: string }> {
  const { ask, escalate, agree, share, confidence } = options;
  if (ask === undefined)
    throw new UsageError('Which models are asked first? Name them with --ask.');
  if (escalate === undefined) {
    throw new UsageError('Which model answers where they disagree? Name it with --escalate.');
  }
  const file = context.path(record);
  const records = await readCollectRecords(file, { signal: context.signal });
  const known = [...new Set(records.map(({ model }) => model))];
  const unknown = [...ask, escalate].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const instead =
      known.length > 0 ? `It has those of ${known.join(', ')}.` : 'It has no answers at all.';
    throw new DataError(`Has no answers of ${unknown}. ${instead}`, { file, field: 'model' });
  }
  const [key, rule] = keyOf(options, records);
  try {
    const answers = records.map(answerOf);
    const { log, skipped } = await logAnswers({
      answers,
      ask,
      escalate,
      rule: { key: rule },
      agree,
    });
    const advice = adviseCascade(log);
    const certified = certifyCascade(log, { share, confidence }) ?? null;
    const summary: CascadeSummary = {
      ...{ record, ask, escalate, agree, key, skipped, ...advice },
      ...{ share, confidence, certified },
    };
    return { summary, text: describe(summary) };
  } catch (error) {
    if (!(error instanceof EmbedLLMError)) throw error;
    throw new DataError(error.message, { file, code: error.code, cause: error });
  }
}

function answerOf({ questionId, model, status, output, outcome, cost }: CollectRecord) {
  const text = status === 'ok' ? (output ?? '') : undefined;
  return { question: questionId, model, text, outcome: outcome ?? undefined, costUsd: cost };
}

/** What answers are compared by, where nothing is said by what they were scored by. */
function keyOf(
  { key, pattern }: CascadeCommandOptions,
  records: readonly CollectRecord[],
): [name: string, key: AnswerKey] {
  if (pattern !== undefined && key !== 'regex')
    throw new UsageError('--pattern goes with --key regex.');
  if (key === 'regex') {
    if (pattern === undefined) throw new UsageError('--key regex needs --pattern.');
    try {
      return [key, answerKeys.regex(new RegExp(pattern))];
    } catch {
      throw new UsageError(`--pattern: "${pattern}" is not a regular expression of JavaScript.`);
    }
  }
  const scorers = new Set(records.map(({ scorer }) => scorer?.split('@')[0]));
  const scored = (['choice', 'number'] as const).find((name) => scorers.has(name));
  const name = key ?? (scorers.size === 1 ? scored : undefined) ?? 'text';
  return [name, answerKeys[name]];
}

function describe(summary: CascadeSummary): string {
  const { ask, escalate, requests, skipped, key, agree, agreement, costRatio, priceRatio } =
    summary;
  const { rightWhereAgreed, betterWhereAgreed, certified, share, confidence } = summary;
  const where =
    agreement > 0
      ? `, and are right on ${percent(rightWhereAgreed)} of these, ${escalate} on ${percent(betterWhereAgreed)}`
      : '';
  const left = skipped > 0 ? ` (${skipped} left out: not answered by all, or not scored)` : '';
  const kept = `${percent(share)} of ${escalate}'s quality with ${percent(confidence)} confidence`;
  const who = agree === 'all' ? ask.join(' and ') : `Most of ${ask.join(', ')}`;
  return [
    `${who} agree on ${percent(agreement)} of ${quantity(requests, 'question')}${left} by ${key}${where}.`,
    ...(Number.isFinite(priceRatio)
      ? [
          `Asking them costs ${percent(priceRatio)} of ${escalate}; it pays below ${percent(agreement)}.`,
        ]
      : []),
    verdictOf(summary),
    certified
      ? `For requests like these, the cascade keeps ${kept}${Number.isFinite(costRatio) ? `, at ${percent(certified.costRatio)} of the cost` : ''}.`
      : `It cannot be shown from these answers that the cascade keeps ${kept}${costRatio >= 1 ? ', and it saves nothing' : ''}.`,
  ].join('\n');
}

/** Whether it pays, in one sentence with the interval. */
function verdictOf({ verdict, costRatio, difference, escalate }: CascadeSummary): string {
  const points = (share: number): string => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`;
  const { value, lower, upper } = difference;
  const interval = `${points(value)} points of quality (95% interval ${points(lower)} to ${points(upper)})`;
  if (verdict === 'free') {
    return `No model costs anything in this record, so only quality counts: ${interval}.`;
  }
  if (!Number.isFinite(costRatio)) {
    return `It does not pay: ${escalate} alone costs nothing, ${interval}.`;
  }
  const against = `${percent(costRatio)} of the cost of ${escalate} alone, ${interval}`;
  if (verdict === 'dearer') return `It does not pay: ${against}.`;
  if (verdict === 'worse') return `It is cheaper and worse: ${against}.`;
  return `It pays, as far as these answers show: ${against}.`;
}
