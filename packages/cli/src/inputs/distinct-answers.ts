import { DataError } from '@embedllm/core';
import type { MarkedAnswer } from '@embedllm/dataset-builder';

/** Answers to different questions, and the texts of these. */
export interface DistinctAnswers {
  readonly answers: readonly MarkedAnswer[];
  /** `texts[i]` of `answers[i]`. */
  readonly texts: readonly string[];
}

/**
 * Counts each question once: an answer that repeats an earlier one is dropped. Questions are the
 * same by their ids, and by their texts where either has no id.
 *
 * @param texts - Of the answers' questions, in the same order.
 * @throws DataError `conflicting-labels` when a question has answers of different outcomes.
 */
export function distinctAnswers(
  answers: readonly MarkedAnswer[],
  texts: readonly string[],
  file: string,
): DistinctAnswers {
  const byId = new Map<string, MarkedAnswer>();
  const byText = new Map<string, MarkedAnswer[]>();
  const nameless = new Map<string, MarkedAnswer>();
  const kept: number[] = [];
  for (const [index, answer] of answers.entries()) {
    const { question, outcome, row } = answer;
    const text = texts[index] as string;
    const sameText = byText.get(text) ?? [];
    const earlier =
      question === undefined
        ? sameText
        : [byId.get(question) ?? nameless.get(text)].filter((other) => other !== undefined);
    const [first] = earlier;
    const other = earlier.find((candidate) => candidate.outcome !== outcome);
    if (other) {
      throw new DataError(
        `The question ${briefly(question ?? text)} has the outcome ${outcome} here, but ${other.outcome} in row ${other.row}: keep one of them.`,
        { file, row, code: 'conflicting-labels' },
      );
    }
    if (first) continue;
    if (question === undefined) nameless.set(text, answer);
    else byId.set(question, answer);
    sameText.push(answer);
    byText.set(text, sameText);
    kept.push(index);
  }
  return {
    answers: kept.map((index) => answers[index] as MarkedAnswer),
    texts: kept.map((index) => texts[index] as string),
  };
}

function briefly(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
