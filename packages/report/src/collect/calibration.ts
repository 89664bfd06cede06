import type { Matrix } from '@embedllm/core';
import type { CalibrationContent } from '../content/calibration-content.js';
import { reliability } from './reliability.js';
import type { TestStudy } from './test-study.js';

/** Fewer labels than this say too little of a model. */
const MINIMUM_LABELS = 50;
/** How many models are shown. */
const WORST = 8;

/** How true the artifact's probabilities come on test questions: over all, and where worst. */
export function collectCalibration({
  test,
  artifact,
  routerColumns,
}: TestStudy): CalibrationContent {
  const { probabilities, correctness } = test;
  const ranked = correctness.models
    .map((name, model) => reliability(probabilities, correctness, { name, models: [model] }))
    .filter(({ labels }) => labels >= MINIMUM_LABELS);
  const excess = (model: (typeof ranked)[number]): number =>
    model.calibrationError - model.errorByChance;
  return {
    calibrated: artifact.calibration !== undefined,
    uncalibratedError:
      artifact.calibration === undefined
        ? undefined
        : reliability(rawProbabilities(), correctness, { name: 'raw' }).calibrationError,
    overall: reliability(probabilities, correctness, { name: 'all models' }),
    worst: [...ranked].sort((a, b) => excess(b) - excess(a)).slice(0, WORST),
    minimumLabels: MINIMUM_LABELS,
    rankedModels: ranked.length,
  };

  function rawProbabilities(): Matrix {
    return artifact.model.predictProbabilities(test.embeddings).selectColumns(routerColumns);
  }
}
