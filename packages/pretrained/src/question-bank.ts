import { DataError, EmbedLLMError, type Question } from '@embedllm/core';
import type { Collection } from './collections.js';

/** How an answer to a question of a bank is scored against its key. */
export type BankScorer = 'choice' | 'number' | 'latex' | 'python-literal';

/** A question whose right answer is known, and what a pool's answers say about it. */
export interface BankQuestion extends Question {
  /** The right answer, as `scorer` takes it. */
  readonly key: string;
  readonly scorer: BankScorer;
  /** How the question differs from what its text says: `effect` of a joining model's answer. */
  readonly effect: { readonly offset: number; readonly scale: number };
  /** Share of the pool that answered it correctly. */
  readonly poolAccuracy: number;
  /** Mean length of the pool's answers where it is recorded, in characters. */
  readonly answerCharacters?: number | undefined;
}

/** Questions to ask further models. */
export interface QuestionBank {
  readonly collection: Collection;
  /** A random sample of the training questions, stratified by category. */
  readonly questions: readonly BankQuestion[];
}

/** @throws EmbedLLMError `io` where there is no file; DataError where it is not of this package. */
export function parseBank(
  text: string,
  source: { readonly collection: Collection; readonly file: string; readonly status: number },
): QuestionBank {
  const { collection, file, status } = source;
  if (status !== 200) {
    throw new EmbedLLMError(`${file} cannot be read: the server answered ${status}.`, {
      code: 'io',
    });
  }
  const questions = text.split('\n').flatMap((line, index): BankQuestion[] => {
    if (line === '') return [];
    try {
      const question: BankQuestion = JSON.parse(line);
      if (typeof question.prompt === 'string' && Number.isFinite(question.effect.offset)) {
        return [question];
      }
    } catch {
      // Said below, with the line.
    }
    throw new DataError('Not a question of a question bank. Install the package again.', {
      file,
      row: index + 1,
    });
  });
  return { collection, questions };
}
