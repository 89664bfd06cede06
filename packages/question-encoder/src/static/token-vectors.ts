import { DataError, readSafetensors, type Tensor, tensorToMatrix } from '@embedllm/core';

/** A vector for each token: row `rows[id]` of `values`, times `weights[id]`. */
export interface TokenTable {
  /** Row-major, [rows, dimensions]; 8-bit numbers where the file has them. */
  readonly values: Float32Array | Int8Array;
  readonly dimensions: number;
  /** Row of each token; its own number where there is no mapping. */
  readonly rows?: ArrayLike<number> | undefined;
  /** Factor of each token; 1 where there is none. */
  readonly weights?: Float32Array | undefined;
  /** Tokens that the table has vectors for. */
  readonly tokens: number;
}

/**
 * Reads the tensors of model2vec (`embeddings`, and `weights` and `mapping` where they are there) or
 * of a StaticEmbedding module of sentence-transformers (`embedding.weight`).
 *
 * @throws DataError `invalid-data` naming the tensor that is missing or malformed.
 */
export function readTokenTable(bytes: Uint8Array, file: string): TokenTable {
  const { tensors } = readSafetensors(bytes, { file });
  const name = tensors.has('embeddings') ? 'embeddings' : 'embedding.weight';
  const embeddings = tensors.get(name);
  if (!embeddings) {
    throw new DataError('The tensor `embeddings` is missing.', { file });
  }
  const [rowCount, dimensions] = embeddings.shape;
  if (embeddings.shape.length !== 2 || !rowCount || !dimensions) {
    throw new DataError(`Must have two axes, but has the shape [${embeddings.shape.join(', ')}].`, {
      file,
      field: name,
    });
  }
  const values =
    embeddings.dtype === 'I8' ? embeddings.data : tensorToMatrix(embeddings, { file, name }).data;
  const mapping = tensors.get('mapping');
  const rows = mapping && readMapping(mapping, rowCount, file);
  const weightTensor = tensors.get('weights');
  const weights = weightTensor && tensorToMatrix(weightTensor, { file, name: 'weights' }).data;
  const tokens = rows?.length ?? rowCount;
  if (weights && weights.length !== tokens) {
    throw new DataError(`Must have ${tokens} numbers, one per token, but has ${weights.length}.`, {
      file,
      field: 'weights',
    });
  }
  return { values, dimensions, rows, weights, tokens };
}

function readMapping(tensor: Tensor, rowCount: number, file: string): Int32Array {
  const { dtype, data, shape } = tensor;
  const wrong = (message: string) => new DataError(message, { file, field: 'mapping' });
  if (shape.length !== 1 || (dtype !== 'I64' && dtype !== 'I32')) {
    throw wrong(`Must be a vector of integers, but is ${dtype} of shape [${shape.join(', ')}].`);
  }
  const rows = new Int32Array(data.length);
  for (let token = 0; token < rows.length; token++) {
    const row = Number(data[token]);
    if (!Number.isSafeInteger(row) || row < 0 || row >= rowCount) {
      throw wrong(`Names row ${row} for token ${token}, but there are ${rowCount} rows.`);
    }
    rows[token] = row;
  }
  return rows;
}
