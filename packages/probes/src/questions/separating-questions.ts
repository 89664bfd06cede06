import {
  type CorrectnessMatrix,
  EmbedLLMError,
  type Matrix,
  MISSING,
  type Question,
} from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { mcnemarExact } from '../statistics/exact-tests.js';
import { holmAdjust } from '../statistics/holm.js';
import { modelIndex } from '../vectors/model-index.js';

/** Options of `separatingQuestions`: predictions, labels or both. */
export interface SeparatingQuestionsOptions {
  /** Names of the two models. */
  readonly first: string;
  readonly second: string;
  /** In the order of the rows of `probabilities` and `correctness`. */
  readonly questions: readonly Question[];
  /** Names of the models, in the order of the columns. */
  readonly models: readonly string[];
  /** Predicted probabilities of a correct answer, shape [Q, M]. */
  readonly probabilities?: Matrix | undefined;
  /** Observed labels, shape [Q, M]. */
  readonly correctness?: CorrectnessMatrix | undefined;
  /**
   * `predicted`: by the difference of the probabilities. `observed`: only questions that exactly
   * one of the two answered correctly, those first that fewest (or, for the first model's misses,
   * most) of the other models share, because they say most.
   *
   * @default 'predicted' where there are probabilities
   */
  readonly by?: 'predicted' | 'observed' | undefined;
  /** Questions in favour of each model: an integer from 1. @default 10 */
  readonly count?: number | undefined;
}

/** Result of `separatingQuestions`. */
export interface SeparatingQuestions {
  /** Questions that favour the first model, clearest first. */
  readonly favourFirst: readonly SeparatingQuestion[];
  /** Questions that favour the second model, clearest first. */
  readonly favourSecond: readonly SeparatingQuestion[];
  /** The comparison by benchmark, in order of appearance. */
  readonly benchmarks: readonly BenchmarkSeparation[];
}

/** A question on which two models differ. */
export interface SeparatingQuestion {
  readonly id: string;
  readonly category: string;
  readonly prompt: string;
  /** Predicted probability of the first model less that of the second. */
  readonly predictedDifference: number | undefined;
  readonly firstLabel: 0 | 1 | undefined;
  readonly secondLabel: 0 | 1 | undefined;
  /** Share of the other models that answered correctly. */
  readonly othersCorrect: number | undefined;
}

/** Two models on one benchmark. */
export interface BenchmarkSeparation {
  readonly benchmark: string;
  readonly questions: number;
  /** Mean of the predicted differences. */
  readonly predictedDifference: number | undefined;
  /** Questions that only the first model answered correctly, of those that both were asked. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Questions that both were asked. */
  readonly both: number;
  /** Exact McNemar test of equal accuracy; 1 without labels. */
  readonly pValue: number;
  /** Adjusted for the number of benchmarks (Holm, 1979). */
  readonly adjustedPValue: number;
}

/**
 * Which questions, and which benchmarks, tell two models apart. O(Q M).
 *
 * @throws EmbedLLMError `invalid-argument` on unknown or equal names, a bad `count`, or when what `by`
 * needs is not given; `shape-mismatch` when parts do not fit.
 *
 * @example
 * ```ts
 * const { favourFirst, benchmarks } = separatingQuestions({
 *   first: 'qwen-7b',
 *   second: 'llama-8b',
 *   questions,
 *   models: model.models,
 *   probabilities: model.predictProbabilities(embeddings),
 *   correctness,
 * });
 * ```
 */
export function separatingQuestions(options: SeparatingQuestionsOptions): SeparatingQuestions {
  const { first, second, questions, models, probabilities, correctness, count = 10 } = options;
  const by = options.by ?? (probabilities ? 'predicted' : 'observed');
  assertParts(options, by, count);
  const [a, b] = [modelIndex(models, first), modelIndex(models, second)];
  if (a === b) {
    throw new EmbedLLMError(`Both models are ${JSON.stringify(first)}.`, {
      code: 'invalid-argument',
    });
  }
  const rows = questions.map(
    ({ id, category, prompt }, q): SeparatingQuestion => ({
      id,
      category,
      prompt,
      predictedDifference: probabilities && probabilities.at(q, a) - probabilities.at(q, b),
      firstLabel: correctness?.get(q, a),
      secondLabel: correctness?.get(q, b),
      othersCorrect: correctness && shareOfOthers(correctness.row(q), a, b),
    }),
  );
  const strength = (row: SeparatingQuestion): number => {
    if (by === 'predicted') return row.predictedDifference as number;
    const difference = (row.firstLabel ?? 0) - (row.secondLabel ?? 0);
    const known = row.firstLabel !== undefined && row.secondLabel !== undefined;
    // Half a point for the answer itself, the rest for how rare it is.
    return known ? difference * (1.5 - (row.othersCorrect ?? 0.5)) : 0;
  };
  const strengths = rows.map(strength);
  const favoured = (sign: 1 | -1): SeparatingQuestion[] =>
    [...rows.keys()]
      .filter((q) => sign * strengths[q]! > 0)
      .sort((x, y) => sign * (strengths[y]! - strengths[x]!))
      .slice(0, count)
      .map((q) => rows[q] as SeparatingQuestion);
  return {
    favourFirst: favoured(1),
    favourSecond: favoured(-1),
    benchmarks: compareBenchmarks(rows),
  };
}

function compareBenchmarks(rows: readonly SeparatingQuestion[]): BenchmarkSeparation[] {
  const groups = new Map<string, SeparatingQuestion[]>();
  for (const row of rows) {
    const list = groups.get(row.category);
    if (list) list.push(row);
    else groups.set(row.category, [row]);
  }
  const raw = [...groups].map(([benchmark, list]) => {
    const asked = list.filter(
      (row) => row.firstLabel !== undefined && row.secondLabel !== undefined,
    );
    const only = (x: 0 | 1): number =>
      asked.filter((row) => row.firstLabel === x && row.secondLabel === 1 - x).length;
    const differences = list.flatMap(({ predictedDifference: difference }) =>
      difference === undefined ? [] : [difference],
    );
    return {
      benchmark,
      questions: list.length,
      predictedDifference:
        differences.length > 0
          ? differences.reduce((sum, value) => sum + value, 0) / differences.length
          : undefined,
      onlyFirst: only(1),
      onlySecond: only(0),
      both: asked.length,
      pValue: mcnemarExact(only(1), only(0)),
    };
  });
  const adjusted = holmAdjust(raw.map(({ pValue }) => pValue));
  return raw.map((row, index) => ({ ...row, adjustedPValue: adjusted[index]! }));
}

function shareOfOthers(labels: Uint8Array, a: number, b: number): number | undefined {
  let right = 0;
  let asked = 0;
  labels.forEach((label, model) => {
    if (label === MISSING || model === a || model === b) return;
    right += label;
    asked++;
  });
  return asked > 0 ? right / asked : undefined;
}

function assertParts(
  { questions, models, probabilities, correctness }: SeparatingQuestionsOptions,
  by: string,
  count: number,
): void {
  const [Q, M] = [questions.length, models.length];
  if (probabilities && (probabilities.rows !== Q || probabilities.cols !== M)) {
    throw new EmbedLLMError(
      `The probabilities have the shape [${probabilities.rows}, ${probabilities.cols}], but there are ${Q} questions and ${M} models.`,
      { code: 'shape-mismatch' },
    );
  }
  if (correctness && correctness.models.join('\n') !== models.join('\n')) {
    throw new EmbedLLMError('The labels must have the same models in the same order.', {
      code: 'shape-mismatch',
    });
  }
  if (correctness?.questions.some((id, q) => id !== questions[q]?.id)) {
    throw new EmbedLLMError('The labels must have the same questions in the same order.', {
      code: 'shape-mismatch',
    });
  }
  const needed = by === 'predicted' ? probabilities : by === 'observed' ? correctness : undefined;
  checkInteger('count', count, { min: 1 });
  if (!needed) {
    throw new EmbedLLMError(
      `\`by\` must be 'predicted' with probabilities or 'observed' with labels, but is ${JSON.stringify(by)}.`,
      { code: 'invalid-argument' },
    );
  }
}
