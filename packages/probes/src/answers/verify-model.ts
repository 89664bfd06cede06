import { type CorrectnessMatrix, EmbedLLMError, Random } from '@embedllm/core';
import { binomialTail, fisherExactGreater, mcnemarExact } from '../statistics/exact-tests.js';
import { permutationPValue } from '../statistics/permutation.js';
import { modelIndex } from '../vectors/model-index.js';

/** The label of an answer to a known question. */
export interface LabelledAnswer {
  /** Id of the question. */
  readonly question: string;
  /** 1 correct, 0 incorrect. */
  readonly label: number;
}

/** Options of `verifyModel`. */
export interface VerifyModelOptions {
  /** The model that the API claims to be, one of the pool. */
  readonly claimed: string;
  /** Stored labels of the pool, shape [Q, M]. */
  readonly correctness: CorrectnessMatrix;
  /** Labels of the API's answers to questions of the pool, each question once. */
  readonly answers: readonly LabelledAnswer[];
  /**
   * Labels of a second run of the claimed model, from a trusted source, under the same settings as
   * the API's answers and ideally on the same questions: the best evidence of how often a model
   * disagrees with itself.
   */
  readonly rerun?: readonly LabelledAnswer[] | undefined;
  /**
   * Without a rerun: how often the claimed model agrees with its own stored labels, as counts of
   * an earlier comparison, or as a rate from 0 to 1 that is assumed. 1 means that it always gives
   * the same answer.
   */
  readonly selfAgreement?:
    | number
    | { readonly agreements: number; readonly total: number }
    | undefined;
  /** Largest accepted chance of a false alarm, above 0 to below 1. @default 0.05 */
  readonly level?: number | undefined;
  /** Random swaps of the test against the pool: an integer from 1. @default 9999 */
  readonly permutations?: number | undefined;
  /** Seed of the swaps: an unsigned 32-bit integer. @default 0 */
  readonly seed?: number | undefined;
}

/** Result of `verifyModel`. */
export interface ModelVerification {
  readonly claimed: string;
  /** `different`: the p-value is at most the level. `consistent` is no proof of identity. */
  readonly verdict: 'consistent' | 'different';
  /** The smallest of the tests' p-values times their number, at most 1 (Bonferroni). */
  readonly pValue: number;
  /** Questions with both an answer and a stored label. */
  readonly questions: number;
  /** Share of these with the same label. */
  readonly agreement: number;
  /** On these questions. */
  readonly answersAccuracy: number;
  readonly storedAccuracy: number;
  readonly tests: readonly VerificationTest[];
  /**
   * Every model of the pool with stored labels of these questions, first those whose agreement
   * exceeds the claimed model's on the same questions by most.
   */
  readonly candidates: readonly VerificationCandidate[];
}

/**
 * One test of the claim.
 *
 * - `accuracy`: exact McNemar test of answers against stored labels. Needs to know nothing of
 *   nondeterminism: two runs of one model are exchangeable on every question.
 * - `agreement`: do the answers disagree with the stored labels more often than the claimed model
 *   does itself? With a rerun on the same questions by an exact sign test where only one of the two
 *   agrees; with a rerun on other questions or with counts by Fisher's exact test; with a rate by
 *   the binomial tail.
 * - `alternative`: with a rerun on the same questions: do the answers agree with any other model
 *   more than the rerun does? Largest standardized difference over the pool, against random swaps
 *   of answer and rerun.
 */
export interface VerificationTest {
  readonly test: 'accuracy' | 'agreement' | 'alternative';
  readonly pValue: number;
  /** What was found, in words. */
  readonly detail: string;
}

/**
 * How well a model of the pool explains the answers, on the questions where it and the claimed
 * model both have a stored label.
 */
export interface VerificationCandidate {
  readonly name: string;
  /** Questions with an answer and both stored labels. */
  readonly questions: number;
  /** Share of these where the answer has the candidate's label. */
  readonly agreement: number;
  /** Share of the same questions where the answer has the claimed model's label. */
  readonly claimedAgreement: number;
  /**
   * Share of these where its stored label differs from the claimed model's: where it is small, no
   * number of answers tells the two apart.
   */
  readonly differsFromClaimed: number;
}

interface Compared {
  readonly question: number;
  readonly stored: number;
  readonly answer: number;
  readonly rerun: number | undefined;
}

/**
 * Is this API the model that it claims to be? Tests the labels of its answers against the stored
 * labels of the claimed model. Each p-value is exact or conservative when the questions do not
 * depend on the answers; a single verdict for fixed answers, not for repeated looks.
 *
 * `agreement` with a rate is conservative when single questions deviate from it, as long as their
 * mean does not (Hoeffding, 1956). O(answers x M x permutations) with a rerun.
 *
 * @throws EmbedLLMError `invalid-argument` on an unknown model or question, repeated questions,
 * labels that are not 0 or 1, or options out of range; `invalid-data` when no answer has a stored
 * label of the claimed model.
 *
 * @example
 * ```ts
 * const { verdict, pValue } = verifyModel({ claimed: 'qwen-72b', correctness, answers, rerun });
 * ```
 */
export function verifyModel(options: VerifyModelOptions): ModelVerification {
  const { claimed, correctness, answers, rerun, level = 0.05, permutations = 9999 } = options;
  if (!(level > 0 && level < 1) || !(Number.isInteger(permutations) && permutations > 0)) {
    throw new EmbedLLMError(
      'invalid-argument',
      `\`level\` must be above 0 and below 1 and \`permutations\` an integer of at least 1, but they are ${level} and ${permutations}.`,
    );
  }
  const model = modelIndex(correctness.models, claimed);
  const places = new Map(correctness.questions.map((id, index) => [id, index]));
  const answered = readAnswers(answers, places, 'answers');
  const repeated = rerun && readAnswers(rerun, places, 'rerun');
  const compared: Compared[] = [];
  for (const [question, answer] of answered) {
    const stored = correctness.get(question, model);
    if (stored === undefined) continue;
    compared.push({ question, stored, answer, rerun: repeated?.get(question) });
  }
  const n = compared.length;
  if (n === 0) {
    throw new EmbedLLMError(
      'invalid-data',
      `None of the ${answered.size} answers is to a question with a stored label of ${JSON.stringify(claimed)}.`,
    );
  }
  const onlyAnswer = compared.filter(({ answer, stored }) => answer > stored).length;
  const onlyStored = compared.filter(({ answer, stored }) => answer < stored).length;
  const tests: VerificationTest[] = [
    {
      test: 'accuracy',
      pValue: mcnemarExact(onlyAnswer, onlyStored),
      detail: `${onlyAnswer} answers are correct where the stored one is not, ${onlyStored} the other way round.`,
    },
  ];
  const agreement = testAgreement(options, compared, repeated, model);
  if (agreement) tests.push(agreement);
  const alternative = testAlternatives(options, compared, model, permutations);
  if (alternative) tests.push(alternative);
  const pValue = Math.min(1, tests.length * Math.min(...tests.map((test) => test.pValue)));
  const share = (read: (item: Compared) => number): number =>
    compared.reduce((sum, item) => sum + read(item), 0) / n;
  return {
    claimed,
    verdict: pValue <= level ? 'different' : 'consistent',
    pValue,
    questions: n,
    agreement: share(({ answer, stored }) => (answer === stored ? 1 : 0)),
    answersAccuracy: share(({ answer }) => answer),
    storedAccuracy: share(({ stored }) => stored),
    tests,
    candidates: rankCandidates(correctness, compared),
  };
}

function testAgreement(
  { correctness, selfAgreement }: VerifyModelOptions,
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
        detail: `Of ${paired.length} questions the rerun alone agrees with the stored label on ${onlyRerun}, the answer alone on ${onlyAnswer}.`,
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
    if (!(selfAgreement >= 0 && selfAgreement <= 1)) {
      throw new EmbedLLMError(
        'invalid-argument',
        `\`selfAgreement\` must be from 0 to 1, but is ${selfAgreement}.`,
      );
    }
    return {
      test: 'agreement',
      pValue: binomialTail(disagreements, n, 1 - selfAgreement),
      detail: `${disagreements} of ${n} answers disagree with the stored label, where ${((1 - selfAgreement) * n).toFixed(1)} are assumed.`,
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

function testAlternatives(
  { correctness, seed = 0 }: VerifyModelOptions,
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
      for (let i = 0; i < sides.length; i++) sum += (sides[i] as number) * (signs[i] as number);
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
      detail: 'No other model tells answer and rerun apart.',
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
    detail: `The answers side with ${observed.name} against the claimed model by ${observed.score.toFixed(1)} standard errors more than the rerun.`,
  };
}

function rankCandidates(
  correctness: CorrectnessMatrix,
  compared: readonly Compared[],
): VerificationCandidate[] {
  return correctness.models
    .map((name, index) => {
      let [questions, same, claimed, differing] = [0, 0, 0, 0];
      for (const { question, answer, stored } of compared) {
        const label = correctness.get(question, index);
        if (label === undefined) continue;
        questions++;
        if (label === answer) same++;
        if (stored === answer) claimed++;
        if (stored !== label) differing++;
      }
      return {
        name,
        questions,
        agreement: same / questions,
        claimedAgreement: claimed / questions,
        differsFromClaimed: differing / questions,
      };
    })
    .filter(({ questions }) => questions > 0)
    .sort((a, b) => b.agreement - b.claimedAgreement - (a.agreement - a.claimedAgreement));
}

function readAnswers(
  answers: readonly LabelledAnswer[],
  places: ReadonlyMap<string, number>,
  what: string,
): Map<number, number> {
  const read = new Map<number, number>();
  answers.forEach(({ question, label }, index) => {
    const place = places.get(question);
    const problem =
      place === undefined
        ? 'is not a question of the pool'
        : read.has(place)
          ? 'occurs twice'
          : label !== 0 && label !== 1
            ? `has the label ${label}, which is not 0 or 1`
            : undefined;
    if (problem || place === undefined) {
      throw new EmbedLLMError(
        'invalid-argument',
        `Item ${index} of \`${what}\`: ${JSON.stringify(question)} ${problem}.`,
      );
    }
    read.set(place, label);
  });
  return read;
}
