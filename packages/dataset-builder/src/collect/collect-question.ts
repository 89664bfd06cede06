import { advice, DataError, namedOption, type Question } from '@embedllm/core';
import {
  type CreateScorerOptions,
  createScorer,
  type ScorerName,
} from '../scoring/create-scorer.js';
import type { Scorer } from '../scoring/scorer.js';

/** A question to ask, with what its answers are measured against. */
export interface CollectQuestion extends Question {
  /** The right answer, in the form that the scorer reads. @default none: its answers are undecided */
  readonly key?: string | undefined;
  /** How its answers are scored. @default the run's scorer */
  readonly scorer?: ScorerName | Scorer | undefined;
  /** What the system says before the question. @default nothing */
  readonly instructions?: string | undefined;
}

/** A question with its scorer, and what a model is sent of both. */
export interface PreparedQuestion extends CollectQuestion {
  readonly scorer: Scorer;
  /** The question, followed by the scorer's instruction. */
  readonly text: string;
}

/**
 * Finds the scorer of each question.
 *
 * @throws DataError where a question has neither a scorer nor a default, no text, or an id twice.
 */
export function prepareQuestions(
  questions: readonly CollectQuestion[],
  scorer: ScorerName | Scorer | undefined,
  options: CreateScorerOptions = {},
): PreparedQuestion[] {
  const scorers = new Map<ScorerName | Scorer, Scorer>();
  const ids = new Set<string>();
  const scorerFor = (choice: ScorerName | Scorer): Scorer => {
    const known = scorers.get(choice);
    if (known) return known;
    const made = typeof choice === 'string' ? createScorer(choice, options) : choice;
    scorers.set(choice, made);
    return made;
  };
  return questions.map((question, index) => {
    const place = { row: index + 1 };
    if (question.prompt.trim() === '') {
      throw new DataError(`question ${question.id} has no text.`, place);
    }
    if (ids.has(question.id)) {
      throw new DataError(`two questions have the id ${question.id}.`, place);
    }
    ids.add(question.id);
    const choice = question.scorer ?? scorer;
    if (choice === undefined) {
      throw new DataError(
        advice`question ${question.id} has no scorer. Set one for all questions with ${namedOption('scorer')}: choice, number, python-literal, latex, json, regex, exact, javascript, python.`,
        place,
      );
    }
    const own = scorerFor(choice);
    const { instruction } = own;
    const text =
      instruction === undefined ? question.prompt : `${question.prompt}\n\n${instruction}`;
    return { ...question, scorer: own, text };
  });
}

/** How a record names a scorer. */
export function scorerLabel({ id, version }: Scorer): string {
  return `${id}@${version}`;
}
