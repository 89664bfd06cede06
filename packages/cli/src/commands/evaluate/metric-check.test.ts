import { expect, it } from 'vitest';
import { UsageError } from '../../program/failure.js';
import { checkMetrics } from './metric-check.js';

const figures = { auroc: 0.81, logLoss: 0.4, gapClosed: undefined, ece: Number.NaN };
const verdictOf = (check: string, questions: number, minQuestions?: number) =>
  checkMetrics([check], figures, { questions, minQuestions })[0]?.verdict;

it('passes or fails on enough questions', () => {
  expect(verdictOf('auroc>=0.81', 20)).toBe('pass');
  expect(verdictOf('auroc>0.81', 20)).toBe('fail');
  expect(verdictOf('logLoss<=0.4', 20)).toBe('pass');
});

it('decides nothing on few questions, or by a figure that they do not give', () => {
  expect(verdictOf('auroc>=0', 19)).toBe('undecided');
  expect(verdictOf('auroc>=0.9', 0)).toBe('undecided');
  expect(verdictOf('auroc>=0', 3, 3)).toBe('pass');
  expect(verdictOf('gapClosed>=0', 100)).toBe('undecided');
  expect(verdictOf('ece<=1', 100)).toBe('undecided');
});

it.each(['auroc', 'auroc>=', 'auroc>=NaN', 'auroc>=1.2.3', 'auroc=>0.8', 'magic>=0.5'])(
  'refuses %s',
  (check) => {
    expect(() => verdictOf(check, 100)).toThrow(UsageError);
  },
);
