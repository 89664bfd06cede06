import { extname } from 'node:path';
import type { Question } from '@embedllm/core';
import { writeMatrixFile } from '@embedllm/core/node';
import { UsageError } from '../program/failure.js';
import { type QuestionEmbeddings, writeEmbeddingsFile } from './embeddings-file.js';

/**
 * Writes vectors by the file's extension: `.safetensors` with the encoder, `.npy` alone.
 *
 * @throws UsageError on another extension; EmbedLLMError `io`.
 */
export async function writeEmbeddings(
  path: string,
  embeddings: QuestionEmbeddings,
  questions: readonly Question[],
): Promise<void> {
  const extension = extname(path).toLowerCase();
  if (extension === '.safetensors') return writeEmbeddingsFile(path, embeddings, questions);
  if (extension === '.npy') return writeMatrixFile(path, embeddings.embeddings);
  throw new UsageError(`--output ends in .safetensors or .npy, but ${path} in neither.`);
}
