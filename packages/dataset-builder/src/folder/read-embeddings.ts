import { DataError, type Matrix, type Question, readNpy } from '@embedllm/core';
import { readTorchTensor } from '@embedllm/core/torch';
import { readWhole } from '@embedllm/internals/files';
import { readError } from '../files/read-error.js';
import { quoted } from '../files/relative-path.js';

/**
 * Reads `embeddings.npy`, whose row i belongs to question i.
 *
 * @returns shape [Q, D].
 * @throws DataError where it cannot be read or has another number of rows.
 */
export async function readNpyEmbeddings(
  file: string,
  questions: readonly Question[],
  signal: AbortSignal | undefined,
): Promise<Matrix> {
  const embeddings = readNpy(await read(file, signal), { file });
  if (embeddings.rows === questions.length) return embeddings;
  throw new DataError(
    `has ${embeddings.rows} rows for ${questions.length} questions. Row i must belong to question i.`,
    { file },
  );
}

/**
 * Reads `question_embeddings.pth` of the published data, whose row i belongs to the question with
 * the id i; the questions may be some of them.
 *
 * @returns shape [Q, D], row i for question i.
 * @throws DataError where it cannot be read or has no row for a question.
 */
export async function readTorchEmbeddings(
  file: string,
  questions: readonly Question[],
  signal: AbortSignal | undefined,
): Promise<Matrix> {
  const tensor = await readTorchTensor(await read(file, signal), { file });
  const rows = questions.map(({ id }) => {
    const row = /^(?:0|[1-9]\d*)$/.test(id) ? Number(id) : tensor.rows;
    if (row < tensor.rows) return row;
    throw new DataError(
      `has ${tensor.rows} rows, but none for the question ${quoted(id)}: row i belongs to the question with the id i.`,
      { file },
    );
  });
  return tensor.selectRows(rows);
}

async function read(file: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  signal?.throwIfAborted();
  try {
    return await readWhole(file, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw readError(file, error);
  }
}
