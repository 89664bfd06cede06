import { EmbedLLMError, type EncoderRecord, type QuestionEncoder } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import { checkTexts } from '../text/check-texts.js';
import type { ConformanceCheck, ConformanceSubject } from './conformance-check.js';
import { IDENTITY_REQUIREMENTS, restoreRequirement } from './identity-requirements.js';
import { RESULT_REQUIREMENTS } from './result-requirements.js';
import { RUNNING_REQUIREMENTS } from './running-requirements.js';
import { TEXT_REQUIREMENTS } from './text-requirements.js';

/** Options of `encoderConformance`. */
export interface ConformanceOptions {
  /**
   * Three or more different texts, as the encoder is made for; not all may have the same vector.
   *
   * @default six short English questions
   */
  readonly texts?: readonly string[] | undefined;
  /**
   * Brings an encoder back from an artifact's record of it; with it, what comes back is compared.
   *
   * @default that is not checked
   */
  readonly restore?:
    | ((record: EncoderRecord) => Promise<QuestionEncoder> | QuestionEncoder)
    | undefined;
  /**
   * Largest difference of a text's vector between batches, relative to its largest value, from 0.
   * Models whose sums depend on padding or on the device need more than rounding.
   *
   * @default 1e-4
   */
  readonly tolerance?: number | undefined;
  /** Length of the texts in the check of long ones, 1,000 to 10,000,000. @default 100000 */
  readonly longTextCharacters?: number | undefined;
  /** Texts in the checks of progress and abort, 10 to 1,000,000. @default 200 */
  readonly manyTexts?: number | undefined;
}

const DEFAULT_TEXTS: readonly string[] = [
  'What is 12 plus 30?',
  'Who wrote the novel Emma?',
  'A train leaves at 9:40 and arrives at 11:05. How long does it travel, in minutes?',
  'def f(x): return x * 2  # What does f(21) return?',
  'Which of these is a mammal? (A) trout (B) whale (C) eagle (D) newt',
  'no',
];

/**
 * The checks that every `QuestionEncoder` should pass, to be run by any test runner: shape, order,
 * determinism, independence of the batch, unusual and long texts, abort and progress, and the
 * identity that artifacts rely on. One encoder is made for all checks, and one more for each of three of them.
 *
 * @param createEncoder - Makes the encoder, always in the same way.
 * @throws EmbedLLMError `invalid-argument` on an option out of range.
 *
 * @example
 * <!-- no-run: runs within vitest -->
 * ```ts
 * import { encoderConformance } from '@embedllm/question-encoder/testing';
 * import { describe, it } from 'vitest';
 *
 * describe('my encoder', () => {
 *   for (const { name, run } of encoderConformance(() => myEncoder)) it(name, run);
 * });
 * ```
 */
export function encoderConformance(
  createEncoder: () => QuestionEncoder | Promise<QuestionEncoder>,
  options: ConformanceOptions = {},
): ConformanceCheck[] {
  const { texts = DEFAULT_TEXTS, restore, tolerance = 1e-4 } = options;
  checkTexts(texts);
  if (texts.length < 3 || new Set(texts).size < texts.length) {
    throw new EmbedLLMError('`texts` must have at least three different texts.', {
      code: 'invalid-argument',
    });
  }
  checkNumber('tolerance', tolerance, { min: 0 });
  let shared: Promise<QuestionEncoder> | undefined;
  const create = async (): Promise<QuestionEncoder> => await createEncoder();
  const subject: ConformanceSubject = {
    encoder: () => {
      shared ??= create();
      return shared;
    },
    createEncoder: create,
    texts,
    tolerance,
    longTextCharacters: checkInteger('longTextCharacters', options.longTextCharacters ?? 100_000, {
      min: 1000,
      max: 10_000_000,
    }),
    manyTexts: checkInteger('manyTexts', options.manyTexts ?? 200, { min: 10, max: 1_000_000 }),
  };
  return [
    ...RESULT_REQUIREMENTS,
    ...TEXT_REQUIREMENTS,
    ...RUNNING_REQUIREMENTS,
    ...IDENTITY_REQUIREMENTS,
    ...(restore ? [restoreRequirement(restore)] : []),
  ].map(({ name, check }) => ({ name, run: () => check(subject) }));
}
