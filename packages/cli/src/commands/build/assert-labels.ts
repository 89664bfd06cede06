import { DataError } from '@embedllm/core';
import type { ImportedDataset } from '../../inputs/import-sources.js';
import { remarksOf } from './describe-build.js';

/**
 * Refuses sources that hold questions but no label.
 *
 * @throws DataError with what was left out, and why.
 */
export function assertLabels(
  dataset: ImportedDataset,
  sources: readonly { readonly path: string }[],
): void {
  if (dataset.correctness.countObserved() > 0) return;
  const [only, ...others] = sources;
  throw new DataError(
    ['no answer has a label, so there is nothing to build.', ...remarksOf(dataset)].join(' '),
    others.length === 0 && only !== undefined ? { file: only.path } : {},
  );
}
