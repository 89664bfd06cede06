import { Matrix, MISSING, multiplyTransposed } from '@embedllm/core';
import type { Engine, LabelledQuestions, LinearParameters, LogisticGradient } from './engine.js';
import { transpose } from './transpose.js';

/** The engine that runs anywhere, on core's cache-blocked kernel and one thread. */
export function createTypeScriptEngine(): Engine {
  return {
    name: 'typescript (1 thread)',
    gram: async (embeddings) => {
      const columns = transpose(embeddings);
      return multiplyTransposed(columns, columns);
    },
    multiplyTransposed: async (a, b) => multiplyTransposed(a, b),
    logisticGradient: async (questions, parameters) => logisticGradient(questions, parameters),
    dispose: async () => {},
  };
}

function logisticGradient(
  { embeddings, labels }: LabelledQuestions,
  { weights, bias }: LinearParameters,
): LogisticGradient {
  const M = weights.rows;
  const logits = multiplyTransposed(embeddings, weights, bias);
  // Residuals are written transposed, so that the second product reads rows of both operands.
  const residuals = new Matrix(M, embeddings.rows);
  const biasSums = new Float64Array(M);
  let loss = 0;
  for (let question = 0, index = 0; question < embeddings.rows; question++) {
    for (let model = 0; model < M; model++, index++) {
      const label = labels[index]!;
      if (label === MISSING) continue;
      const z = logits.data[index]!;
      const decay = Math.exp(-Math.abs(z));
      loss += Math.max(z, 0) - label * z + Math.log1p(decay);
      const residual = (z >= 0 ? 1 : decay) / (1 + decay) - label;
      residuals.data[model * embeddings.rows + question] = residual;
      biasSums[model] = biasSums[model]! + residual;
    }
  }
  return {
    weights: multiplyTransposed(residuals, transpose(embeddings)),
    bias: Float32Array.from(biasSums),
    loss,
  };
}
