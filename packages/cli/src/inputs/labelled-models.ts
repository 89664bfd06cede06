import type { EvaluationDataset } from '@embedllm/core';

/**
 * A dataset without the models that have no label on the given questions, and the names of these.
 * Nothing can be learned about them, and most methods refuse them.
 *
 * @param questions - Indices. All questions where left out.
 */
export function labelledModels<Dataset extends EvaluationDataset>(
  dataset: Dataset,
  questions?: readonly number[],
): { readonly dataset: Dataset; readonly unlabelled: readonly string[] } {
  const { correctness, models } = dataset;
  const part = questions === undefined ? correctness : correctness.selectQuestions(questions);
  const isLabelled = new Uint8Array(models.length);
  part.forEachLabel((_question, model) => {
    isLabelled[model] = 1;
  });
  const kept = [...models.keys()].filter((model) => isLabelled[model] === 1);
  if (kept.length === models.length) return { dataset, unlabelled: [] };
  return {
    dataset: {
      ...dataset,
      models: models.filter((_, model) => isLabelled[model] === 1),
      correctness: correctness.selectModels(kept),
    },
    unlabelled: models.filter((_, model) => isLabelled[model] !== 1).map(({ name }) => name),
  };
}
