import { DataError } from '@embedllm/core';
import { type BuiltDataset, remarksOn } from './describe-build.js';
import type { BuildOptions } from './options.js';

/**
 * Refuses sources that hold questions but no label.
 *
 * @throws DataError with what was left out, and why.
 */
export function assertLabels(dataset: BuiltDataset, options: BuildOptions): void {
  if (dataset.correctness.countObserved() > 0) return;
  const [only, ...others] = dataset.sources;
  throw new DataError(
    ['no answer has a label, so there is nothing to build.', ...remarksOn(dataset, options)].join(
      ' ',
    ),
    others.length === 0 && only !== undefined ? { file: only.path } : {},
  );
}
