import { type JsonObject, ownValue } from '../jsonl/parse-object.js';

/**
 * Characters of a generated answer: of `resps` (one list of texts for each request), the mean where
 * the model answered several times. `undefined` where log-likelihoods were compared and nothing was
 * generated (a number and whether it is the greedy choice), or answers were not logged.
 */
export function outputCharsOf(sample: JsonObject): number | undefined {
  const responses = ownValue(sample, 'resps');
  const texts = Array.isArray(responses) ? responses.flat() : [];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) return undefined;
  if (texts.length === 2 && /^(True|False)$/.test(texts[1] ?? '')) return undefined;
  return texts.reduce((sum, { length }) => sum + length, 0) / texts.length;
}
