import { DataError } from '@embedllm/core';
import type { ReadModelJson } from './read-fields.js';

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
  /** Reads a file of weights next to the model's own; `undefined` where there is none. */
  readonly readBytes: (path: string) => Promise<Uint8Array | undefined>;
  /**
   * For a folder, hash of the files that determine the vectors, because its name does not identify
   * them.
   */
  readonly contentHash?: string | undefined;
}

/** Configuration files are small; anything larger is not one. */
const MAX_CONFIG_BYTES = 1_000_000;
/** A Dense module has a few million numbers. */
const MAX_WEIGHT_BYTES = 2 ** 29;

/**
 * Reads a configuration file, giving up as soon as it proves too large.
 *
 * @throws DataError `invalid-data` naming the file when it is too large or not JSON.
 */
export async function readModelJson(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): Promise<unknown> {
  const bytes = await readModelBytes(chunks, file, MAX_CONFIG_BYTES);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataError('Not valid UTF-8.', { file, cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DataError('Not valid JSON.', { file, cause });
  }
}

/**
 * Reads a file whole, giving up as soon as it proves too large.
 *
 * @throws DataError `invalid-data` naming the file when it is too large.
 */
export async function readModelBytes(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  maxBytes: number = MAX_WEIGHT_BYTES,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) throw new DataError(`Larger than ${maxBytes} bytes.`, { file });
    parts.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
