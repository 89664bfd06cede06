import { join } from 'node:path';
import type { EvaluationFolder } from '@embedllm/dataset-builder';
import { readEvaluationFolder } from '@embedllm/dataset-builder';

/** Reads ZeroEval from EMBEDLLM_ZEROEVAL or the data folder next to the repository. */
export function readZeroEval(): Promise<EvaluationFolder> {
  const directory =
    process.env.EMBEDLLM_ZEROEVAL ?? join(import.meta.dirname, '../../../../shared/data/zeroeval');
  return readEvaluationFolder(directory);
}
