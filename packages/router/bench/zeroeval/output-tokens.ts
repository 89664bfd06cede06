import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Matrix } from '@embedllm/core';

/**
 * Tokens of the answers in `responses.csv.gz` of a folder, visible characters / 4.
 *
 * @returns shape [ids, names], NaN where there is no answer.
 */
export function readOutputTokens(
  folder: string,
  ids: readonly string[],
  names: readonly string[],
): Matrix {
  const [Q, M] = [ids.length, names.length];
  const tokens = new Matrix(Q, M, new Float32Array(Q * M).fill(Number.NaN));
  const questionAt = new Map(ids.map((id, index) => [id, index]));
  const modelAt = new Map(names.map((name, index) => [name, index]));
  const text = gunzipSync(readFileSync(resolve(folder, 'responses.csv.gz'))).toString();
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const column = (name: string): number => header.split(',').indexOf(name);
  const [id, name, chars] = [column('prompt_id'), column('model_name'), column('output_chars')];
  for (const line of lines) {
    const fields = line.split(',');
    const q = questionAt.get(fields[id] ?? '');
    const m = modelAt.get(fields[name] ?? '');
    if (q === undefined || m === undefined) continue;
    tokens.data[q * M + m] = Number(fields[chars]) / 4;
  }
  return tokens;
}
