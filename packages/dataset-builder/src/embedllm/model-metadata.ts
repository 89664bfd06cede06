import { isDeepStrictEqual } from 'node:util';
import { DataError, EmbedLLMError } from '@embedllm/core';
import { isJsonObject } from '@embedllm/internals';
import { type Place, quoteBriefly } from '../csv/columns.js';

/** Deep enough for any description of a model; keeps hostile nesting from exhausting the stack. */
const MAX_DEPTH = 32;

/**
 * The metadata of a model from its JSON text; `undefined` where the field is empty or absent.
 *
 * @throws DataError when it is not a JSON object, nested too deeply or has a key `__proto__`.
 */
export function parseMetadata(
  text: string | undefined,
  place: Place,
): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined || text === '') return undefined;
  const at = { ...place, field: 'metadata' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DataError(`is not valid JSON: ${quoteBriefly(text)}.`, { ...at, cause: error });
  }
  if (!isJsonObject(value)) {
    throw new DataError(`must be a JSON object, but is ${quoteBriefly(text)}.`, at);
  }
  const problem = findProblem(value, 1);
  if (problem !== undefined) throw new DataError(problem, at);
  return value;
}

/**
 * The JSON text of a model's metadata, proven to read back as the same value.
 *
 * @throws EmbedLLMError `invalid-argument` when it holds something that JSON cannot keep.
 */
export function formatMetadata(model: string, metadata: Readonly<Record<string, unknown>>): string {
  const refuse = (reason: string, cause?: unknown): EmbedLLMError =>
    new EmbedLLMError(
      `The metadata of model ${JSON.stringify(model)} cannot be written: ${reason}`,
      { code: 'invalid-argument', cause },
    );
  let text: string;
  try {
    text = JSON.stringify(metadata);
  } catch (error) {
    throw refuse('it is not plain JSON.', error);
  }
  const back: unknown = JSON.parse(text);
  const problem = findProblem(back, 1);
  if (problem !== undefined) throw refuse(problem);
  if (!isDeepStrictEqual(back, metadata)) {
    throw refuse('it has values that JSON cannot represent, such as undefined, NaN or a Date.');
  }
  return text;
}

function findProblem(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep.`;
  for (const [key, child] of Object.entries(value)) {
    if (key === '__proto__') return 'has a key "__proto__", which is not allowed.';
    const problem = findProblem(child, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
