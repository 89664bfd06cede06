import { advice, EmbedLLMError, namedOption } from '@embedllm/core';
import { didYouMean } from '@embedllm/internals';
import { choiceScorer } from './choice.js';
import { exactScorer } from './exact.js';
import { javascriptScorer } from './javascript.js';
import { jsonScorer } from './json.js';
import { latexScorer } from './latex.js';
import { numberScorer } from './number.js';
import { pythonScorer } from './python.js';
import { pythonLiteralScorer } from './python-literal.js';
import { regexScorer } from './regex.js';
import type { Scorer } from './scorer.js';

/** Scorers that a question or a table can name. */
export type ScorerName =
  | 'choice'
  | 'number'
  | 'python-literal'
  | 'latex'
  | 'json'
  | 'regex'
  | 'exact'
  | 'javascript'
  | 'python';

const SCORERS: Readonly<Record<ScorerName, () => Scorer>> = {
  choice: choiceScorer,
  number: numberScorer,
  'python-literal': pythonLiteralScorer,
  latex: latexScorer,
  json: jsonScorer,
  regex: regexScorer,
  exact: exactScorer,
  javascript: javascriptScorer,
  python: pythonScorer,
};

/** Their names. */
export const SCORER_NAMES: readonly ScorerName[] = Object.freeze(
  Object.keys(SCORERS).filter(isScorerName),
);

/** Whether a text names a scorer. */
export function isScorerName(name: string): name is ScorerName {
  return Object.hasOwn(SCORERS, name);
}

/** Options of `createScorer`. */
export interface CreateScorerOptions {
  /** Whether `python` may be made, whose programs are run on this machine. @default false */
  readonly allowPython?: boolean | undefined;
}

/**
 * The scorer of a name, with its default options.
 *
 * @throws EmbedLLMError `invalid-argument` on an unknown name, and on `python` where it is not allowed.
 *
 * @example
 * const scorer = createScorer('number');
 * const { outcome } = await scorer.score({ prompt: '17 * 3?', key: '51', output: 'It is 51.' });
 * console.log(outcome); // 1
 */
export function createScorer(
  name: string,
  { allowPython = false }: CreateScorerOptions = {},
): Scorer {
  if (name === 'python' && !allowPython) {
    throw new EmbedLLMError(
      advice`Python programs run on this machine, with the confinement it supports. Allow this with ${namedOption('allowPython')}.`,
      { code: 'invalid-argument' },
    );
  }
  if (isScorerName(name)) return SCORERS[name]();
  throw new EmbedLLMError(
    `Unknown scorer "${name}".${didYouMean(name, SCORER_NAMES)} Available: ${SCORER_NAMES.join(', ')}.`,
    { code: 'invalid-argument' },
  );
}
