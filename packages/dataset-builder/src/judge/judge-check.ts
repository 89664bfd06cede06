import { shareInterval } from '@embedllm/internals';

/** An answer that a person has marked. */
export interface MarkedExample {
  /** The text of the question. */
  readonly prompt: string;
  /** What a model answered. */
  readonly output: string;
  /** What is right, where the judge is given it. @default none */
  readonly key?: string | undefined;
  /** 1 where the answer is right, else 0. */
  readonly outcome: number;
}

/** How a judge agrees with people. */
export interface JudgeCheck {
  readonly examples: number;
  /** Examples on which the judge decided as the person did. */
  readonly agreed: number;
  /** Wrong answers that the judge called right. */
  readonly falselyRight: number;
  /** Right answers that the judge called wrong. */
  readonly falselyWrong: number;
  /** Examples that the judge did not decide. */
  readonly undecided: number;
  /** Share of those decided on which they agree, from 0 to 1; 0 where none was decided. */
  readonly agreement: number;
  /** Its 95% interval (Wilson). */
  readonly interval: readonly [lower: number, upper: number];
  /** What calling all right, or all wrong, would agree on: a judge is worth what it has above that. */
  readonly baseline: number;
  /** US dollars that the check cost. */
  readonly cost: number;
}

/** Compares verdicts with marks, in the same order. */
export function compareVerdicts(
  examples: readonly MarkedExample[],
  outcomes: readonly (number | undefined)[],
  cost: number,
): JudgeCheck {
  const count = (matches: (mark: number, outcome: number | undefined) => boolean): number =>
    examples.filter(({ outcome }, index) => matches(outcome, outcomes[index])).length;
  const agreed = count((mark, outcome) => mark === outcome);
  const undecided = count((_, outcome) => outcome === undefined);
  const decided = examples.length - undecided;
  const right = count((mark) => mark === 1);
  const share = decided === 0 ? 0 : agreed / decided;
  const { lower, upper } = shareInterval(share, Math.max(1, decided));
  return {
    examples: examples.length,
    agreed,
    falselyRight: count((mark, outcome) => mark === 0 && outcome === 1),
    falselyWrong: count((mark, outcome) => mark === 1 && outcome === 0),
    undecided,
    agreement: share,
    interval: [lower, upper],
    baseline: Math.max(right, examples.length - right) / examples.length,
    cost,
  };
}
