import { isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import type { OutputLength } from '../runs/output-lengths.js';

/**
 * How long the answer of a sample was: the tokens that the evaluated model generated for it, from
 * `model_usage` (all calls of a sample; other models in it, such as graders, do not count) or
 * `output.usage` (the last call), else the characters of its completion.
 */
export function outputLengthOf(sample: JsonObject): OutputLength {
  const output = objectIn(sample, 'output');
  const usages = objectIn(sample, 'model_usage') ?? {};
  const model = output && ownValue(output, 'model');
  const [own, ...others] = Object.keys(usages).filter(
    (key, _, { length }) => length === 1 || key === model || key.endsWith(`/${String(model)}`),
  );
  const usage = own !== undefined && others.length === 0 ? objectIn(usages, own) : undefined;
  const outputTokens = tokensOf(usage) ?? tokensOf(objectIn(output, 'usage'));
  if (outputTokens !== undefined) return { outputTokens };
  const completion = output && ownValue(output, 'completion');
  return typeof completion === 'string' && completion !== ''
    ? { outputChars: completion.length }
    : {};
}

function tokensOf(usage: JsonObject | undefined): number | undefined {
  const tokens = usage && ownValue(usage, 'output_tokens');
  return typeof tokens === 'number' && tokens > 0 && Number.isFinite(tokens) ? tokens : undefined;
}

function objectIn(value: JsonObject | undefined, key: string): JsonObject | undefined {
  const member = value && ownValue(value, key);
  return isJsonObject(member) ? member : undefined;
}
