import {
  type Artifact,
  type CorrectnessMatrix,
  EmbedLLMError,
  type EvaluationDataset,
  type Matrix,
  type ModelInfo,
  type QuestionSplit,
} from '@embedllm/core';
import { guardScores } from '@embedllm/core/familiarity';
import { Router } from '@embedllm/router';

/** Four characters make about a token. */
const CHARACTERS_PER_TOKEN = 4;

/** Labels and predictions of some questions for the models that data and artifact share. */
export interface StudyPart {
  /** Indices into the questions of the data. */
  readonly indices: readonly number[];
  readonly embeddings: Matrix;
  readonly correctness: CorrectnessMatrix;
  /** Calibrated where the artifact has a calibration, shape [Q, M]. */
  readonly probabilities: Matrix;
  /** What the router's default policy goes by: the largest is chosen, shape [Q, M]. */
  readonly scores: Matrix;
  /** Expected dollars, shape [Q, M]; NaN where unknown. */
  readonly costsUsd: Matrix;
}

/** An artifact on data that it may know in part. */
export interface TestStudy {
  readonly artifact: Artifact;
  readonly router: Router;
  /** The models that data and artifact share, in the order of the data. */
  readonly models: readonly ModelInfo[];
  /** Their positions among the models of the data, and of the router. */
  readonly dataColumns: readonly number[];
  readonly routerColumns: readonly number[];
  readonly train: CorrectnessMatrix;
  readonly validation: StudyPart;
  readonly test: StudyPart;
}

/**
 * Lets the artifact predict validation and test questions.
 *
 * @throws EmbedLLMError `invalid-data` when data and artifact share no model, or no test question
 * has a label; `shape-mismatch` on embeddings of another length.
 */
export function studyArtifact(options: {
  readonly dataset: EvaluationDataset;
  readonly artifact: Artifact;
  readonly split: QuestionSplit;
  readonly embeddings: Matrix;
}): TestStudy {
  const { dataset, artifact, split, embeddings } = options;
  const router = Router.fromArtifact(artifact);
  const positions = new Map(router.models.map(({ name }, index) => [name, index]));
  const dataColumns: number[] = [];
  const routerColumns: number[] = [];
  dataset.correctness.models.forEach((name, index) => {
    const position = positions.get(name);
    if (position === undefined) return;
    dataColumns.push(index);
    routerColumns.push(position);
  });
  if (dataColumns.length === 0) {
    throw new EmbedLLMError('The data and the artifact have no models in common.', {
      code: 'invalid-data',
    });
  }
  const part = (indices: readonly number[]): StudyPart => {
    const own = embeddings.selectRows(indices);
    const characters = indices.reduce(
      (sum, index) => sum + (dataset.questions[index]?.prompt.length ?? 0),
      0,
    );
    const inputTokens = Math.round(characters / CHARACTERS_PER_TOKEN / Math.max(1, indices.length));
    const { probabilities, costsUsd } = router.predict(own, { inputTokens });
    const { guard } = artifact.familiarity ?? {};
    const best = router.models.findIndex(({ name }) => name === artifact.training.singleBest);
    const scores =
      guard && best >= 0
        ? guardScores({ probabilities, familiarity: router.familiarity(own), guard, best })
        : probabilities;
    return {
      indices,
      embeddings: own,
      correctness: labels(indices),
      probabilities: probabilities.selectColumns(routerColumns),
      scores: scores.selectColumns(routerColumns),
      costsUsd: costsUsd.selectColumns(routerColumns),
    };
  };
  const labels = (indices: readonly number[]): CorrectnessMatrix =>
    dataset.correctness.selectQuestions(indices).selectModels(dataColumns);
  const test = part(split.test);
  if (test.correctness.countObserved() === 0) {
    throw new EmbedLLMError('No test question has a label.', { code: 'invalid-data' });
  }
  return {
    artifact,
    router,
    models: routerColumns.map((position) => router.models[position] as ModelInfo),
    dataColumns,
    routerColumns,
    train: labels(split.train),
    validation: part(split.validation),
    test,
  };
}
