import { FactorizationModel, Matrix, type QuestionEncoder } from '@embedllm/core';
import { Router } from '@embedllm/router';

const SUBJECTS: readonly RegExp[] = [/\b(sum|number|\d+)\b/gi, /\b(court|contract|law)\b/gi];

/** Counts the words of two subjects: small, but a real encoder of real texts. */
export const encoder: QuestionEncoder = {
  id: 'subjects',
  dimensions: SUBJECTS.length,
  encode: async (texts) =>
    Matrix.fromRows(
      texts.map((text) => SUBJECTS.map((subject) => text.match(subject)?.length ?? 0)),
    ),
};

/**
 * A router over three models: `mathematician` for sums, `lawyer` for contracts, and `generalist`,
 * who is second on both.
 */
export function sampleRouter(
  names: readonly string[] = ['mathematician', 'lawyer', 'generalist'],
): Router {
  return new Router({
    model: new FactorizationModel({
      models: names,
      modelEmbeddings: Matrix.fromRows(
        [
          [1, -1],
          [-1, 1],
          [0.4, 0.4],
        ].slice(0, names.length),
      ),
      projection: Matrix.fromRows([
        [1, 0],
        [0, 1],
      ]),
      projectionBias: new Float32Array(2),
      classifier: Matrix.fromRows([
        [-1, -1],
        [1, 1],
      ]),
      classifierBias: new Float32Array(2),
    }),
    models: names.map((name) => ({
      name,
      pricePerMillionOutputTokens: 2,
      meanOutputTokens: 500,
    })),
    encoder,
  });
}
