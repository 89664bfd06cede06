import { DataError } from '@embedllm/core';
import type { ReadModelJson } from './sentence-config.js';

/** How a model's weights are stored; transformers.js picks the file by it. */
export type ModelDtype =
  | 'fp32'
  | 'fp16'
  | 'q8'
  | 'int8'
  | 'uint8'
  | 'q4'
  | 'q4f16'
  | 'bnb4'
  | 'q2'
  | 'q2f16'
  | 'q1'
  | 'q1f16';

/** Endings of the weight files, as transformers.js names them: `onnx/model<ending>.onnx`. */
export const FILE_ENDINGS: Readonly<Record<ModelDtype, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
  q2: '_q2',
  q2f16: '_q2f16',
  q1: '_q1',
  q1f16: '_q1f16',
};

/** Where a model's files come from. */
export interface ModelSource {
  /** What transformers.js is given: a hub id or an absolute path. */
  readonly location: string;
  readonly localOnly: boolean;
  readonly readJson: ReadModelJson;
  /** Hash of the files that shape the vectors, for a folder, whose name says nothing. */
  readonly contentHash?: string | undefined;
}

/** Configuration files are small; anything larger is not one. */
const MAX_CONFIG_BYTES = 1_000_000;

/**
 * Reads a configuration file, giving up as soon as it proves too large.
 *
 * @throws DataError `invalid-data` naming the file when it is too large or not JSON.
 */
export async function readModelJson(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): Promise<unknown> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let size = 0;
  let text = '';
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_CONFIG_BYTES) {
      throw new DataError(`Larger than ${MAX_CONFIG_BYTES} bytes.`, { file });
    }
    try {
      text += decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw new DataError('Not valid UTF-8.', { file, cause });
    }
  }
  try {
    return JSON.parse(text + decoder.decode());
  } catch (cause) {
    throw new DataError('Not valid JSON.', { file, cause });
  }
}
