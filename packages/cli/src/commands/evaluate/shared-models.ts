import { type Artifact, type CorrectnessMatrix, EmbedLLMError } from '@embedllm/core';
import type { OpenDataset } from '../../inputs/open-dataset.js';

/** What an artifact and a dataset have in common. */
export interface SharedModels {
  /** Labels of the models that artifact and dataset share, in the order of the artifact. */
  readonly correctness: CorrectnessMatrix;
  /** Their positions in the artifact. */
  readonly artifactColumns: readonly number[];
  readonly unmeasured: readonly string[];
}

/** @throws EmbedLLMError `invalid-data` when they share no model. */
export function sharedModels({ correctness, path }: OpenDataset, artifact: Artifact): SharedModels {
  const places = new Map(correctness.models.map((name, index) => [name, index]));
  const names = artifact.model.models;
  const artifactColumns = [...names.keys()].filter((index) => places.has(names[index] ?? ''));
  if (artifactColumns.length === 0) {
    throw new EmbedLLMError(
      `${path}: The dataset has none of the artifact's models, such as ${JSON.stringify(names[0])}.`,
      { code: 'invalid-data' },
    );
  }
  const columns = artifactColumns.map((index) => places.get(names[index] ?? '') as number);
  return {
    correctness: correctness.selectModels(columns),
    artifactColumns,
    unmeasured: names.filter((name) => !places.has(name)),
  };
}
