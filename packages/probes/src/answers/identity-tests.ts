import { Random } from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';
import { binomialTail, fisherExactGreater } from '../statistics/exact-tests.js';
import { permutationPValue } from '../statistics/permutation.js';
import type { VerificationTest, VerifyModelOptions } from './model-verification.js';

/** A question with the labels that are compared. */
export interface Compared {
  readonly question: number;
  readonly stored: number;
  readonly answer: number;
  readonly rerun: number | undefined;
}

/** Do the answers disagree with the stored labels more often than the claimed model itself? */
export function testAgreement(
  { correctness, selfAgreement }: Pick<VerifyModelOptions, 'correctness' | 'selfAgreement'>,
  compared: readonly Compared[],
  repeated: ReadonlyMap<number, number> | undefined,
  model: number,
): VerificationTest | undefined {
  const disagreements = compared.filter(({ answer, stored }) => answer !== stored).length;
  const n = compared.length;
  if (repeated) {
    const paired = compared.filter((item) => item.rerun !== undefined);
    if (paired.length > 0) {
      const onlyRerun = paired.filter((x) => x.rerun === x.stored && x.answer !== x.stored).length;
      const onlyAnswer = paired.filter((x) => x.answer === x.stored && x.rerun !== x.stored).length;
      return {
        test: 'agreement',
        pValue: binomialTail(onlyRerun, onlyRerun + onlyAnswer, 0.5),
        detail: `Of ${paired.length} questions, only the rerun agrees with the stored label on ${onlyRerun}, and only the answer on ${onlyAnswer}.`,
      };
    }
    let total = 0;
    let own = 0;
    for (const [question, label] of repeated) {
      const stored = correctness.get(question, model);
      if (stored === undefined) continue;
      total++;
      if (label !== stored) own++;
    }
    return fisher(disagreements, n, own, total);
  }
  if (selfAgreement === undefined) return undefined;
  if (typeof selfAgreement === 'number') {
    checkNumber('selfAgreement', selfAgreement, { min: 0, max: 1 });
    return {
      test: 'agreement',
      pValue: binomialTail(disagreements, n, 1 - selfAgreement),
      detail: `${disagreements} of ${n} answers disagree with the stored label; ${((1 - selfAgreement) * n).toFixed(1)} were expected.`,
    };
  }
  const { agreements, total } = selfAgreement;
  return fisher(disagreements, n, total - agreements, total);
}

function fisher(disagreements: number, n: number, own: number, total: number): VerificationTest {
  return {
    test: 'agreement',
    pValue: fisherExactGreater(disagreements, n, own, total),
    detail: `${disagreements} of ${n} answers disagree with the stored label; the claimed model itself on ${own} of ${total}.`,
  };
}

/** Do the answers side with another model of the pool more than the rerun does? */
export function testAlternatives(
  { correctness, seed = 0 }: Pick<VerifyModelOptions, 'correctness' | 'seed'>,
  compared: readonly Compared[],
  model: number,
  permutations: number,
): VerificationTest | undefined {
  const paired = compared.filter((item) => item.rerun !== undefined);
  if (paired.length === 0) return undefined;
  const random = new Random(seed);
  // Only where answer and rerun differ does a swap change anything.
  const differing = paired.filter(({ answer, rerun }) => answer !== rerun);
  const alternatives = correctness.models
    .map((name, index) => ({
      name,
      index,
      // +1 where the answer sides with the alternative against the claimed model, -1 the rerun.
      sides: Int8Array.from(differing, ({ question, answer, stored }) => {
        const label = correctness.get(question, index);
        return label === undefined || label === stored ? 0 : answer === label ? 1 : -1;
      }),
    }))
    .map((alternative) => ({
      ...alternative,
      scale: Math.sqrt(alternative.sides.reduce((sum, side) => sum + Math.abs(side), 0)),
    }))
    .filter(({ index, scale }) => index !== model && scale > 0);
  const largest = (signs: Int8Array): { score: number; name: string } => {
    let best = { score: Number.NEGATIVE_INFINITY, name: '' };
    for (const { name, sides, scale } of alternatives) {
      let sum = 0;
      for (let i = 0; i < sides.length; i++) sum += sides[i]! * signs[i]!;
      if (sum / scale > best.score) best = { score: sum / scale, name };
    }
    return best;
  };
  const signs = new Int8Array(differing.length).fill(1);
  const observed = largest(signs);
  if (alternatives.length === 0) {
    return {
      test: 'alternative',
      pValue: 1,
      detail: 'No other model distinguishes the answers from the rerun.',
    };
  }
  let asLarge = 0;
  for (let draw = 0; draw < permutations; draw++) {
    for (let i = 0; i < signs.length; i++) signs[i] = random.uniform() < 0.5 ? -1 : 1;
    if (largest(signs).score >= observed.score - 1e-9) asLarge++;
  }
  return {
    test: 'alternative',
    pValue: permutationPValue(asLarge, permutations),
    detail: `The answers match ${observed.name} rather than the claimed model by ${observed.score.toFixed(1)} standard errors more than the rerun does.`,
  };
}
