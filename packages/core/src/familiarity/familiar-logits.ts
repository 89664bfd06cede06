import { Matrix } from '../matrix/matrix.js';
import type { FactorizationModel } from '../model/factorization-model.js';
import { fallbackLogits, mixLogits } from './accuracy-fallback.js';
import { type Familiarity, shrinkLogits } from './familiarity.js';

/** What `familiarLogits` takes. */
export interface FamiliarLogitsOptions {
  readonly model: FactorizationModel;
  readonly familiarity: Familiarity;
  /** Of the questions, shape [Q, D]. */
  readonly embeddings: Matrix;
  /** From `encoder.coverage` of their texts, length Q, where the encoder has it. */
  readonly coverage?: ArrayLike<number> | undefined;
}

/** Logits of some questions with how familiar each is. */
export interface FamiliarLogits {
  /** Shape [Q, M]. */
  readonly logits: Matrix;
  /** Length Q, from 0 to 1. */
  readonly familiarity: Float64Array;
}

/**
 * Logits as a router has them: those of unfamiliar questions shrunk to what is known of the models
 * without the text, and mixed with their mean accuracies where the record says so. For measuring a model without a router.
 *
 * @throws EmbedLLMError as `FactorizationModel.score` does.
 */
export function familiarLogits(options: FamiliarLogitsOptions): FamiliarLogits {
  const { model, familiarity, embeddings, coverage } = options;
  const logits = model.score(embeddings);
  const { center, variance } = familiarity.record;
  const central = model.score(new Matrix(1, center.length, Float32Array.from(center))).row(0);
  const means = fallbackLogits(familiarity.record.fallback);
  const shares = new Float64Array(embeddings.rows);
  for (let row = 0; row < embeddings.rows; row++) {
    const assessment = familiarity.assess(embeddings.row(row), coverage?.[row]);
    shares[row] = assessment.familiarity;
    if (assessment.reach < 1) {
      shrinkLogits(logits.row(row), assessment.reach, variance, (m) => central[m]!);
    }
    mixLogits(logits.row(row), assessment.weight, (m) => means.get(model.models[m]!));
  }
  return { logits, familiarity: shares };
}
