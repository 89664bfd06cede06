import { EmbedLLMError, Matrix, type QuestionEncoder } from '@embedllm/core';
import { withCache } from '@embedllm/question-encoder';
import { openDiskCache } from '@embedllm/question-encoder/node';
import type { Context } from '../program/context.js';

/**
 * Encodes texts with a bar that shows how far it is; where a cache folder is given, through it,
 * so that an interrupted run resumes where it stopped.
 *
 * @returns shape [texts.length, D].
 */
export async function encodeTexts(
  context: Context,
  encoder: QuestionEncoder,
  texts: readonly string[],
  options: { readonly cache: string | false; readonly cacheBatch?: number | undefined },
): Promise<Matrix> {
  const { signal, progress } = context;
  const task = progress.start('Encoding');
  const run = async (worker: QuestionEncoder): Promise<Matrix> => {
    const vectors = await worker.encode(texts, {
      signal,
      onProgress: task.onProgress,
    });
    const { rows, cols, data } = vectors;
    if (rows !== texts.length || cols !== encoder.dimensions || !(data instanceof Float32Array)) {
      throw new EmbedLLMError(
        `The encoder ${encoder.id} must return a Matrix of ${texts.length} rows and ${encoder.dimensions} columns, but returned ${rows} and ${cols}.`,
        { code: 'shape-mismatch' },
      );
    }
    // An encoder of a configuration file may have been made with another copy of core.
    return vectors instanceof Matrix ? vectors : new Matrix(rows, cols, data);
  };
  if (options.cache === false) {
    const embeddings = await run(encoder);
    task.end();
    return embeddings;
  }
  const directory = context.path(options.cache);
  const store = await openDiskCache(directory, { signal });
  const previousHint = context.resumeHint;
  context.resumeHint = `Finished vectors are in ${directory}; run the same command again to resume.`;
  try {
    const found = store.size;
    // Small batches, so that little is lost when the run is stopped.
    const cached = withCache(encoder, store, { batchSize: options.cacheBatch ?? 64 });
    const embeddings = await run(cached);
    if (found > 0) context.note(`Found ${found} cached vectors in ${directory}.`);
    context.resumeHint = previousHint;
    return embeddings;
  } finally {
    await store.close();
    task.end();
  }
}
