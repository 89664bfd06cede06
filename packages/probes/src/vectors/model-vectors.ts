import { assertFinite, EmbedLLMError, type FactorizationModel, Matrix } from '@embedllm/core';

/**
 * Which part of a trained model's embeddings to look at.
 *
 * - `all`: every latent dimension of the effective directions u_m = p_m * (w_1 - w_0).
 * - `factors`: only dimensions whose value depends on the question (a projection row that is not
 *   all zeros). Of a model trained with the direct solver these are the factors, without the
 *   intercept: what a model is relatively good at, with much of its general ability left out.
 * - `ability`: the logit that is the same for every question, from the dimensions that `factors`
 *   leaves out; one column. Models trained as published have no such dimension.
 * - `weights`: the folded weights [M, D], which do not depend on the basis of the latent space: for
 *   models trained as published, whose basis nothing fixes.
 */
export type VectorPart = 'all' | 'factors' | 'ability' | 'weights';

/** Where model vectors come from: a trained model, or vectors as they are. */
export type EmbeddingSource =
  | {
      /** A trained model. */
      readonly model: FactorizationModel;
      /** @default 'all' */
      readonly part?: VectorPart | undefined;
      readonly embeddings?: undefined;
      readonly names?: undefined;
    }
  | {
      /** One row a model, shape [M, d]. */
      readonly embeddings: Matrix;
      /** Names of the models, length M, unique. */
      readonly names: readonly string[];
      readonly model?: undefined;
      readonly part?: undefined;
    };

/** Names and vectors of the models of a pool. */
export interface ModelVectors {
  /** Length M, unique. */
  readonly names: readonly string[];
  /** Shape [M, d]. */
  readonly vectors: Matrix;
}

/**
 * The vectors that a source stands for. Reads M d values; `weights` costs 2 M d D FLOPs.
 *
 * @throws EmbedLLMError `shape-mismatch` when names and rows differ in number; `not-finite` on NaN;
 * `invalid-argument` on repeated names, an unknown part, or a part that the model does not have.
 *
 * @example
 * ```ts
 * const { names, vectors } = modelVectors({ model, part: 'factors' });
 * ```
 */
export function modelVectors(source: EmbeddingSource): ModelVectors {
  const names = source.model ? source.model.models : source.names;
  const vectors = source.model
    ? partOfModel(source.model, source.part ?? 'all')
    : source.embeddings;
  if (names.length !== vectors.rows) {
    throw new EmbedLLMError(
      `There are ${vectors.rows} embeddings, but ${names.length} model names.`,
      { code: 'shape-mismatch' },
    );
  }
  assertFinite(vectors, 'model embeddings');
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new EmbedLLMError(`The model ${JSON.stringify(name)} occurs twice.`, {
        code: 'invalid-argument',
      });
    }
    seen.add(name);
  }
  return { names, vectors };
}

function partOfModel(model: FactorizationModel, part: VectorPart): Matrix {
  const { modelDirections, projection, projectionBias } = model;
  const looks = Array.from({ length: model.dimensions }, (_, k) =>
    projection.row(k).some((value) => value !== 0),
  );
  switch (part) {
    case 'all':
      return modelDirections;
    case 'weights':
      return model.fold().weights;
    case 'factors':
      return modelDirections.selectColumns([...looks.keys()].filter((k) => looks[k]));
    case 'ability': {
      if (looks.every(Boolean)) {
        throw new EmbedLLMError(
          'This model has no dimension that is the same for every question, so its embeddings have no separate ability. Use the accuracies.',
          { code: 'invalid-argument' },
        );
      }
      const ability = new Matrix(modelDirections.rows, 1);
      for (let m = 0; m < modelDirections.rows; m++) {
        let logit = 0;
        looks.forEach((look, k) => {
          if (!look) logit += modelDirections.at(m, k) * projectionBias[k]!;
        });
        ability.data[m] = logit;
      }
      return ability;
    }
    default:
      throw new EmbedLLMError(
        `The part must be 'all', 'factors', 'ability' or 'weights', but is ${JSON.stringify(part)}.`,
        { code: 'invalid-argument' },
      );
  }
}
