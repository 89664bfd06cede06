import { EmbedLLMError } from '@embedllm/core';
import { checkNumber, mean } from '@embedllm/internals';

/**
 * What was seen of a session: the result of a `tool`; a `call` that was made, which fails when it is one of the
 * last calls again; what a `user` said, who corrects or not; and what was `posted` about an answer.
 */
export type SessionOutcomeKind = 'tool' | 'call' | 'user' | 'posted';

/** One thing that was seen of a session. */
export interface SessionOutcome {
  readonly kind: SessionOutcomeKind;
  readonly failed: boolean;
}

/** By kind, the largest probability with which the next one fails in a session that is not stuck, over 0 to below 1. */
export type HealthyRates = Readonly<Record<SessionOutcomeKind, number>>;

/** Options of `testStuck`. */
export interface StuckOptions {
  /** The largest probability of ever calling a session stuck that is not, over 0 to below 1. */
  readonly alpha: number;
  /** @default tool 0.25, call 0.05, user 0.15, posted 0.3 */
  readonly healthy?: Partial<HealthyRates> | undefined;
}

/** The bets on outcomes of one kind. */
export interface StuckBets {
  /** How many outcomes were seen. */
  readonly outcomes: number;
  /** What those that were begun are worth now, one number for each severity. */
  readonly worth: readonly number[];
}

/** A test that is under way, by kind of outcome. Plain JSON. */
export type StuckState = { readonly [kind in SessionOutcomeKind]?: StuckBets | undefined };

/** What is known after some outcomes. */
export interface StuckResult {
  readonly state: StuckState;
  /** The wealth of a gambler who began with 1 and bets against "not stuck"; at 1 / alpha the session is stuck. */
  readonly evidence: number;
  readonly isStuck: boolean;
}

const HEALTHY: HealthyRates = { tool: 0.25, call: 0.05, user: 0.15, posted: 0.3 };

const KINDS: readonly SessionOutcomeKind[] = ['tool', 'call', 'user', 'posted'];

/** How far the rates of a stuck session are from the healthy ones to 1, bet by bet. */
const SEVERITIES = [0.25, 0.5, 0.75];

/**
 * Tests while a session runs whether it is stuck, at any time and as often as one likes: in a session in which, given
 * all that came before, an outcome of a kind fails with at most its healthy rate, the chance that it is ever
 * called stuck is at most `alpha`.
 *
 * The evidence is a test martingale (an e-process), the mean of one for each kind: of its capital 1 / (t (t + 1))
 * is put on "stuck since outcome t" of that kind, and every such bet is multiplied by the likelihood ratio of each
 * outcome from t on, averaged over three severities. Its mean never grows in a healthy session, so that it
 * reaches 1 / alpha with at most probability alpha (Ville 1939; Ramdas et al. 2023, arXiv 2210.01948; bets on the time of a change as in Shin,
 * Ramdas and Rinaldo 2022, arXiv 2203.03532). Between tests of one session divide alpha, such as in
 * halves, for the promise to hold for all of them.
 *
 * @param state - From the call before; `undefined` at the beginning.
 * @throws EmbedLLMError `invalid-argument` on rates out of range or an unknown kind.
 *
 * @example
 * ```ts
 * let state: StuckState | undefined;
 * for (const failed of [false, true, true, true, true, true, true]) {
 *   const tested = testStuck(state, [{ kind: 'tool', failed }], { alpha: 0.05 });
 *   if (tested.isStuck) break; // ask a stronger model
 *   state = tested.state;
 * }
 * ```
 */
export function testStuck(
  state: StuckState | undefined,
  outcomes: readonly SessionOutcome[],
  { alpha, healthy = {} }: StuckOptions,
): StuckResult {
  checkNumber('alpha', alpha, { above: 0, below: 1 });
  const rates = { ...HEALTHY, ...healthy };
  for (const [kind, rate] of Object.entries(rates)) {
    checkNumber(`healthy.${kind}`, rate, { above: 0, below: 1 });
  }
  let next: StuckState = state ?? {};
  let evidence = evidenceOf(next);
  for (const { kind, failed } of outcomes) {
    const rate = rates[kind];
    if (rate === undefined) {
      throw new EmbedLLMError(`Unknown kind of outcome ${JSON.stringify(kind)}.`, {
        code: 'invalid-argument',
      });
    }
    next = { ...next, [kind]: bet(next[kind], failed, rate) };
    evidence = Math.max(evidence, evidenceOf(next));
  }
  return { state: next, evidence, isStuck: evidence >= 1 / alpha };
}

function bet(before: StuckBets | undefined, failed: boolean, rate: number): StuckBets {
  const outcomes = (before?.outcomes ?? 0) + 1;
  const begun = 1 / (outcomes * (outcomes + 1));
  const worth = SEVERITIES.map((severity, index) => {
    const stuck = rate + severity * (1 - rate);
    const ratio = failed ? stuck / rate : (1 - stuck) / (1 - rate);
    return ((before?.worth[index] ?? 0) + begun) * ratio;
  });
  return { outcomes, worth };
}

/** What the bets on all kinds are worth, with the capital that is not put on anything yet. */
function evidenceOf(state: StuckState): number {
  return mean(KINDS.map((kind) => worthOf(state[kind])));
}

function worthOf(bets: StuckBets | undefined): number {
  return bets ? mean(bets.worth) + 1 / (bets.outcomes + 1) : 1;
}
