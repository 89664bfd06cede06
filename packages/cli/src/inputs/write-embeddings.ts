import { extname } from 'node:path';
import type { Question } from '@embedllm/core';
import { writeMatrixFile } from '@embedllm/core/node';
import { assertFilePlace } from '../output/output-place.js';
import { UsageError } from '../program/failure.js';
import { type QuestionEmbeddings, writeEmbeddingsFile } from './embeddings-file.js';

/**
 * Refuses, before vectors are made, a file that they could not be written to.
 *
 * @throws UsageError on another extension than `.safetensors` and `.npy`; EmbedLLMError when
 * nothing can be written there.
 */
export async function assertEmbeddingsPlace(path: string): Promise<void> {
  if (!/\.(safetensors|npy)$/i.test(path)) {
    throw new UsageError(`--output must end in .safetensors or .npy, not ${path}.`);
  }
  await assertFilePlace(path);
}

/**
 * Writes vectors by the file's extension: `.safetensors` with the encoder, `.npy` alone.
 *
 * @throws EmbedLLMError `io`.
 */
export async function writeEmbeddings(
  path: string,
  embeddings: QuestionEmbeddings,
  questions: readonly Question[],
): Promise<void> {
  return extname(path).toLowerCase() === '.npy'
    ? writeMatrixFile(path, embeddings.embeddings)
    : writeEmbeddingsFile(path, embeddings, questions);
}
