import { EmbedLLMError } from '@embedllm/core';
import { checkNumber, percent } from '@embedllm/internals';
import { formatUsd } from '../policies/format.js';
import type { SessionCandidate } from './session-candidate.js';
import { laterValueUsd, taskCostUsd } from './task-value.js';

/** What `weighSwitch` takes. */
export interface SwitchOptions {
  /** At least one; names are unique. */
  readonly candidates: readonly SessionCandidate[];
  /** The model that the session has, one of the candidates. @default none: the session begins */
  readonly current?: string | undefined;
  /** Tokens of the conversation as the next call sends it, from 0. */
  readonly inputTokens: number;
  /** Tokens by which each further call is longer than the one before, from 0. @default 0 */
  readonly growthTokens?: number | undefined;
  /** Calls that the task is expected to take after the next one, from 0. */
  readonly furtherCalls: number;
  /** What success at the task is worth, in US dollars, from 0. */
  readonly worthUsd: number;
}

/** Which model should answer the next call of a session, and what it rests on. Plain JSON. */
export interface SwitchDecision {
  readonly model: string;
  /** Whether it is another model than the session has. */
  readonly isSwitch: boolean;
  /** The best of the other models; `undefined` where there is none. */
  readonly alternative: string | undefined;
  /** P(success) of the alternative less that of the current model; with none, of the chosen one. */
  readonly gain: number;
  /** What that gain is worth, in US dollars. */
  readonly gainUsd: number;
  /** What the rest of the task costs more with the alternative, in US dollars; negative where it costs less. */
  readonly extraUsd: number;
  /** The part of it that goes into rereading what the current model's cache holds, in US dollars. */
  readonly rereadUsd: number;
  /**
   * What the session can expect of a later task more if the alternative's cache is the warm one, in US dollars;
   * negative where it is less, 0 without `laterProbabilities`.
   */
  readonly laterUsd: number;
  /** One sentence for logs. */
  readonly reason: string;
}

const MILLION = 1e6;

/**
 * Weighs a change of the model within a session: it pays when the gain in P(success), times what success is
 * worth, exceeds what the rest of the task costs more. The rest is the next call, which reads what a
 * model's cache does not hold at the price of a cache write, and `furtherCalls` after it, which read all but
 * what is new from the cache. A task that may follow begins with the cache that this one leaves warm:
 *
 * ```text
 * value(m)  = worth · p_m - cost_m(input, warm_m) + mean_t max_j (worth · p_j,t - cost_j(next, left_j))
 * cost_m(n, w) = cached_m · w + write_m · (n - w) + out_m · written_m
 *              + Σ_k (cached_m · (n + (k - 1) · growth) + write_m · growth + out_m · written_m)   k = 1 ... furtherCalls
 * next      = input + (1 + furtherCalls) · growth
 * left_j    = next - growth of the model that takes the task, 0 of the others
 * ```
 *
 * The last term is there with `laterProbabilities`, t. It keeps a session from leaving a model that later tasks need
 * for a single task, and lets it move to one earlier that they will need.
 *
 * The session stays with its model unless another one has the larger value, so that being sticky is a result.
 * Models whose caches are still warm from earlier calls cost less to return to. A session that begins gets the
 * model of the largest value.
 *
 * @throws EmbedLLMError `invalid-argument` without candidates, on a name that comes twice, a current model
 * that is not a candidate, or numbers out of range.
 *
 * @example
 * ```ts
 * const prices = { input: 3, cachedInput: 0.3, cacheWrite: 3.75, output: 15 };
 * const { model, reason } = weighSwitch({
 *   candidates: [
 *     { name: 'haiku', probability: 0.61, price: { ...prices, input: 1, cachedInput: 0.1, cacheWrite: 1.25, output: 5 }, warmTokens: 60_000 },
 *     { name: 'sonnet', probability: 0.74, price: prices },
 *   ],
 *   current: 'haiku',
 *   inputTokens: 62_000,
 *   furtherCalls: 8,
 *   worthUsd: 1,
 * });
 * ```
 */
export function weighSwitch(options: SwitchOptions): SwitchDecision {
  check(options);
  const { candidates, worthUsd } = options;
  const current = candidates.find(({ name }) => name === options.current);
  const weights = new Map(
    candidates.map((one) => {
      const costUsd = taskCostUsd(one, options);
      const laterUsd = laterValueUsd(one, candidates, options);
      return [one, { costUsd, laterUsd, value: worthUsd * one.probability - costUsd + laterUsd }];
    }),
  );
  const value = (one: SessionCandidate): number => weights.get(one)?.value ?? 0;
  const best = (among: readonly SessionCandidate[]): SessionCandidate | undefined =>
    among.reduce<SessionCandidate | undefined>(
      (top, one) => (top === undefined || value(one) > value(top) ? one : top),
      undefined,
    );
  const first = best(candidates) as SessionCandidate;
  const incumbent = current ?? first;
  const other = best(candidates.filter((one) => one !== incumbent));
  const isSwitch = other !== undefined && value(other) > value(incumbent);
  const chosen = isSwitch ? other : incumbent;
  const more = (of: (one: SessionCandidate) => number): number =>
    other === undefined ? 0 : of(other) - of(incumbent);
  const gain = more(({ probability }) => probability);
  const weighed = {
    alternative: other?.name,
    gain,
    gainUsd: gain * worthUsd,
    extraUsd: more((one) => weights.get(one)?.costUsd ?? 0),
    laterUsd: more((one) => weights.get(one)?.laterUsd ?? 0),
    rereadUsd: other === undefined || !current ? 0 : rereadOf(other, current, options),
  };
  return {
    model: chosen.name,
    isSwitch,
    ...weighed,
    reason: reasonOf(weighed, incumbent.name, isSwitch, current !== undefined),
  };
}

/** What the other one pays more for the tokens that only the current one's cache holds than from a cache. */
function rereadOf(
  { price, warmTokens = 0 }: SessionCandidate,
  current: SessionCandidate,
  { inputTokens }: SwitchOptions,
): number {
  const held = Math.min(current.warmTokens ?? 0, inputTokens);
  const cold = Math.max(0, held - Math.min(warmTokens, inputTokens));
  return (cold * (price.cacheWrite - price.cachedInput)) / MILLION;
}

function reasonOf(
  {
    alternative,
    gain,
    gainUsd,
    extraUsd,
    rereadUsd,
    laterUsd,
  }: Omit<SwitchDecision, 'model' | 'isSwitch' | 'reason'>,
  incumbent: string,
  isSwitch: boolean,
  hasBegun: boolean,
): string {
  if (alternative === undefined) return `${incumbent} is the only model to choose from.`;
  const success =
    gain === 0
      ? 'is as likely to succeed'
      : gain > 0
        ? `is ${percent(gain)} more likely to succeed, worth ${formatUsd(gainUsd)},`
        : `is ${percent(-gain)} less likely to succeed, worth ${formatUsd(-gainUsd)},`;
  const money =
    extraUsd >= 0
      ? `costs ${formatUsd(extraUsd)} more over the rest of the task`
      : `saves ${formatUsd(-extraUsd)} over the rest of the task`;
  const reread = rereadUsd > 0 ? `, including ${formatUsd(rereadUsd)} for rereading it` : '';
  const later =
    laterUsd === 0
      ? ''
      : `; its cache is worth ${formatUsd(Math.abs(laterUsd))} ${laterUsd > 0 ? 'more' : 'less'} at a later task`;
  const begun = hasBegun ? 'The session stays with' : 'The session starts with';
  const verdict = isSwitch
    ? `The session switches away from ${incumbent}:`
    : `${begun} ${incumbent}:`;
  return `${verdict} ${alternative} ${success} and ${money}${reread}${later}.`;
}

function check(options: SwitchOptions): void {
  const { candidates, current, inputTokens, growthTokens = 0, furtherCalls, worthUsd } = options;
  const names = candidates.map(({ name }) => name);
  const fail = (message: string): never => {
    throw new EmbedLLMError(message, { code: 'invalid-argument' });
  };
  if (names.length === 0) fail('A session needs at least one candidate.');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) fail(`The candidate ${twice} occurs twice.`);
  if (current !== undefined && !names.includes(current)) {
    fail(`The current model ${current} is not among the candidates ${names.join(', ')}.`);
  }
  const amounts = { inputTokens, growthTokens, furtherCalls, worthUsd };
  for (const [name, amount] of Object.entries(amounts)) checkNumber(name, amount, { min: 0 });
  const later = candidates[0]?.laterProbabilities?.length ?? 0;
  for (const candidate of candidates) {
    const { name, probability, price, warmTokens = 0, outputTokens = 0 } = candidate;
    const { laterProbabilities = [] } = candidate;
    checkNumber(`probability of ${name}`, probability, { min: 0, max: 1 });
    if (laterProbabilities.length !== later) {
      fail(
        `${name} has ${laterProbabilities.length} laterProbabilities and ${candidates[0]?.name} ${later}. All candidates need them for the same tasks.`,
      );
    }
    for (const one of laterProbabilities) {
      checkNumber(`laterProbabilities of ${name}`, one, { min: 0, max: 1 });
    }
    const { input, cachedInput, cacheWrite, output } = price;
    const prices = { input, cachedInput, cacheWrite, output, warmTokens, outputTokens };
    for (const [field, amount] of Object.entries(prices)) {
      checkNumber(`${field} of ${name}`, amount, { min: 0 });
    }
  }
}
