import { type Engine, trainDirect } from '@embedllm/trainer';
import { Router } from '../../src/index.js';
import type { SessionData, SplitQuestions } from './session-data.js';
import type { SimulatedPool } from './simulate-session.js';

/** Models with predictions and labels under a split, and which of them is best in training. */
export interface PreparedPool {
  readonly pool: SimulatedPool;
  readonly best: number;
}

/** Trains on a split, and calibrates each pool's predictions on its validation questions, model by model. */
export async function preparePools(
  data: SessionData,
  split: SplitQuestions,
  engine: Engine,
): Promise<PreparedPool[]> {
  const embeddings = await data.embed(split);
  const part = (indices: readonly number[]) => ({
    embeddings: embeddings.selectRows(indices),
    correctness: data.correctness.selectQuestions(indices),
  });
  const [train, validation] = [part(split.train), part(split.validation)];
  const { model } = await trainDirect({ train, validation, engine });
  const logits = new Router({ model }).score(embeddings);
  const isSolved = (question: number, m: number): boolean =>
    data.correctness.get(question, m) === 1;
  return data.pools.map((at) => {
    const calibrated = at.map((m) =>
      fitLogistic(
        split.validation.map((question) => logits.at(question, m)),
        split.validation.map((question) => Number(isSolved(question, m))),
      ),
    );
    const tokens = (question: number, m: number): number => data.outputTokens.at(question, m) || 0;
    const accuracies = at.map((m) => mean(split.train.map((q) => Number(isSolved(q, m)))));
    return {
      best: accuracies.indexOf(Math.max(...accuracies)),
      pool: {
        names: at.map((m) => data.names[m] ?? ''),
        prices: at.map((m) => {
          const output = data.prices[m] ?? 0;
          const input = output / 4;
          return { input, cachedInput: input / 10, cacheWrite: 1.25 * input, output };
        }),
        probability: (question, m) => calibrated[m]?.(logits.at(question, at[m] ?? 0)) ?? 0,
        isSolved: (question, m) => isSolved(question, at[m] ?? 0),
        answerTokens: (question, m) => tokens(question, at[m] ?? 0),
        meanAnswerTokens: at.map((m) => mean(split.train.map((question) => tokens(question, m)))),
      },
    };
  });
}

/** P(label) = 1 / (1 + exp(-a - b z)) by Newton's method, with a and b held near 0 and 1 by one pseudo-observation. */
function fitLogistic(scores: readonly number[], labels: readonly number[]): (z: number) => number {
  let [a, b] = [0, 1];
  for (let step = 0; step < 30; step++) {
    let [ga, gb, aa, ab, bb] = [-a, 1 - b, 1, 0, 1];
    scores.forEach((z, index) => {
      const p = 1 / (1 + Math.exp(-a - b * z));
      const [error, weight] = [(labels[index] ?? 0) - p, p * (1 - p)];
      ga += error;
      gb += error * z;
      aa += weight;
      ab += weight * z;
      bb += weight * z * z;
    });
    const determinant = aa * bb - ab * ab;
    a += (bb * ga - ab * gb) / determinant;
    b += (aa * gb - ab * ga) / determinant;
  }
  return (z) => 1 / (1 + Math.exp(-a - b * z));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
