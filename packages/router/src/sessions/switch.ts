import { EmbedLLMError } from '@embedllm/core';
import { checkNumber, percent } from '@embedllm/internals';
import { formatUsd } from '../policies/format.js';

/** What a model charges, in US dollars per million tokens. */
export interface TokenPrices {
  readonly input: number;
  /** Of input that its cache holds. */
  readonly cachedInput: number;
  /** Of input that is written into its cache; as `input` where nothing is cached. */
  readonly cacheWrite: number;
  readonly output: number;
}

/** A model that could answer the next call of a session. */
export interface SessionCandidate {
  readonly name: string;
  /** Calibrated probability that it succeeds at the task, from 0 to 1. */
  readonly probability: number;
  readonly price: TokenPrices;
  /** Tokens of the conversation that its cache holds now; more than the conversation has count as all. @default 0 */
  readonly warmTokens?: number | undefined;
  /** Tokens that it writes in a call. @default 0 */
  readonly outputTokens?: number | undefined;
}

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
  /** One sentence for logs. */
  readonly reason: string;
}

const MILLION = 1e6;

/**
 * Weighs a change of the model within a session: it pays when the gain in P(success), times what success is
 * worth, exceeds what the rest of the task costs more. The rest is the next call, which reads what a
 * model's cache does not hold at the price of a cache write, and `furtherCalls` after it, which read all but
 * what is new from the cache:
 *
 * ```text
 * value(m) = worth · p_m - first_m - Σ_k later_m,k                               k = 1 ... furtherCalls
 * first_m  = cached_m · warm_m + write_m · (input - warm_m) + out_m · written_m
 * later_m,k = cached_m · (input + (k - 1) · growth) + write_m · growth + out_m · written_m
 * ```
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
  const value = (one: SessionCandidate): number =>
    worthUsd * one.probability - costOf(one, options);
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
  const gain = other === undefined ? 0 : other.probability - incumbent.probability;
  const extraUsd = other === undefined ? 0 : costOf(other, options) - costOf(incumbent, options);
  const weighed = {
    alternative: other?.name,
    gain,
    gainUsd: gain * worthUsd,
    extraUsd,
    rereadUsd: other === undefined || !current ? 0 : rereadOf(other, current, options),
  };
  return {
    model: chosen.name,
    isSwitch,
    ...weighed,
    reason: reasonOf(weighed, incumbent.name, isSwitch, current !== undefined),
  };
}

function costOf(
  { price, warmTokens = 0, outputTokens = 0 }: SessionCandidate,
  { inputTokens, growthTokens = 0, furtherCalls }: SwitchOptions,
): number {
  const { cachedInput, cacheWrite, output } = price;
  const warm = Math.min(warmTokens, inputTokens);
  const first = cachedInput * warm + cacheWrite * (inputTokens - warm) + output * outputTokens;
  const read =
    furtherCalls * inputTokens + ((furtherCalls * (furtherCalls - 1)) / 2) * growthTokens;
  const later =
    cachedInput * Math.max(read, 0) +
    furtherCalls * (cacheWrite * growthTokens + output * outputTokens);
  return (first + later) / MILLION;
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
  const begun = hasBegun ? 'The session stays with' : 'The session starts with';
  const verdict = isSwitch
    ? `The session switches away from ${incumbent}:`
    : `${begun} ${incumbent}:`;
  return `${verdict} ${alternative} ${success} and ${money}${reread}.`;
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
  for (const { name, probability, price, warmTokens = 0, outputTokens = 0 } of candidates) {
    checkNumber(`probability of ${name}`, probability, { min: 0, max: 1 });
    const { input, cachedInput, cacheWrite, output } = price;
    const prices = { input, cachedInput, cacheWrite, output, warmTokens, outputTokens };
    for (const [field, amount] of Object.entries(prices)) {
      checkNumber(`${field} of ${name}`, amount, { min: 0 });
    }
  }
}
