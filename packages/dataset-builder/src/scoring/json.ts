import { isJsonObject, lastJson, ownValue, withoutReasoning } from '@embedllm/internals';
import { NO_KEY, type Score, type Scorer } from './scorer.js';

/** Options of `jsonScorer`. */
export interface JsonScorerOptions {
  /** Whether objects of the output may have fields that the key has not. @default false */
  readonly extraFields?: boolean | undefined;
}

/**
 * Scores JSON by value. The key is JSON; the answer is the whole output, its last fenced block that
 * is JSON, or the last object or list in it. The order of fields does not count, that of lists does.
 * An output without JSON is wrong.
 */
export function jsonScorer({ extraFields = false }: JsonScorerOptions = {}): Scorer {
  return {
    id: extraFields ? 'json-fields' : 'json',
    version: 1,
    instruction: 'Answer with JSON alone.',
    score: ({ output, key }): Score => {
      if (key === undefined) return NO_KEY;
      let right: unknown;
      try {
        right = JSON.parse(key);
      } catch {
        return { reason: 'The key is not JSON.' };
      }
      const found = lastJson(withoutReasoning(output));
      if (found === undefined) return { outcome: 0, reason: 'The output has no JSON.' };
      const difference = firstDifference(found, right, extraFields, '$');
      const answer = JSON.stringify(found);
      return difference === undefined
        ? { outcome: 1, answer, reason: 'The JSON equals the key.' }
        : { outcome: 0, answer, reason: `The JSON differs from the key at ${difference}.` };
    },
  };
}

/** The path of the first value that differs; `undefined` where none does. */
function firstDifference(
  found: unknown,
  right: unknown,
  extraFields: boolean,
  path: string,
): string | undefined {
  if (Array.isArray(right)) {
    if (!Array.isArray(found) || found.length !== right.length) return path;
    for (const [index, item] of right.entries()) {
      const inner = firstDifference(found[index], item, extraFields, `${path}[${index}]`);
      if (inner !== undefined) return inner;
    }
    return undefined;
  }
  if (!isJsonObject(right)) return found === right ? undefined : path;
  if (!isJsonObject(found)) return path;
  for (const [name, value] of Object.entries(right)) {
    const at = `${path}.${name}`;
    if (!Object.hasOwn(found, name)) return at;
    const inner = firstDifference(ownValue(found, name), value, extraFields, at);
    if (inner !== undefined) return inner;
  }
  const extra = Object.keys(found).find((name) => !Object.hasOwn(right, name));
  return extraFields || extra === undefined ? undefined : `${path}.${extra}`;
}
