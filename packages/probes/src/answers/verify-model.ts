import { type Answer, type CorrectnessMatrix, EmbedLLMError } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import { mcnemarExact } from '../statistics/exact-tests.js';
import { modelIndex } from '../vectors/model-index.js';
import { type Compared, testAgreement, testAlternatives } from './identity-tests.js';
import type {
  ModelVerification,
  VerificationCandidate,
  VerificationTest,
  VerifyModelOptions,
} from './model-verification.js';

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
  const { minAnswers = 20 } = options;
  checkInteger('minAnswers', minAnswers, { min: 0 });
  checkNumber('level', level, { above: 0, below: 1 });
  checkInteger('permutations', permutations, { min: 1 });
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
      `None of the ${answered.size} answers is to a question with a stored label of ${JSON.stringify(claimed)}.`,
      { code: 'invalid-data' },
    );
  }
  const onlyAnswer = compared.filter(({ answer, stored }) => answer > stored).length;
  const onlyStored = compared.filter(({ answer, stored }) => answer < stored).length;
  const tests: VerificationTest[] = [
    {
      test: 'accuracy',
      pValue: mcnemarExact(onlyAnswer, onlyStored),
      detail: `${onlyAnswer} answers are correct where the stored one is not; the reverse holds for ${onlyStored}.`,
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
    verdict: pValue <= level ? 'different' : n < minAnswers ? 'undecided' : 'consistent',
    pValue,
    questions: n,
    agreement: share(({ answer, stored }) => (answer === stored ? 1 : 0)),
    answersAccuracy: share(({ answer }) => answer),
    storedAccuracy: share(({ stored }) => stored),
    tests,
    candidates: rankCandidates(correctness, compared),
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
  answers: readonly Answer[],
  places: ReadonlyMap<string, number>,
  what: string,
): Map<number, number> {
  const read = new Map<number, number>();
  answers.forEach(({ question, outcome }, index) => {
    const place = places.get(question);
    const problem =
      place === undefined
        ? 'is not a question of the pool'
        : read.has(place)
          ? 'occurs twice'
          : outcome !== 0 && outcome !== 1
            ? `has the outcome ${outcome}, which is not 0 or 1`
            : undefined;
    if (problem || place === undefined) {
      throw new EmbedLLMError(
        `Item ${index} of \`${what}\`: ${JSON.stringify(question)} ${problem}.`,
        { code: 'invalid-argument' },
      );
    }
    read.set(place, outcome);
  });
  return read;
}
