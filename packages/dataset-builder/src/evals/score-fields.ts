import { isJsonObject } from '../jsonl/parse-object.js';
import { jsonIn } from './input-text.js';

/**
 * Scores as a list of `{ name, score }`, however a tool has them: a list with `name` or `key` and
 * `score` or `value`, or an object of names and scores, of which a list counts by its only value.
 */
export function scoreList(scores: unknown): unknown {
  const value = jsonIn(scores);
  if (Array.isArray(value)) {
    return value.map((each: unknown) =>
      isJsonObject(each)
        ? { name: each.name ?? each.key, score: each.score ?? each.value ?? each.stringValue }
        : each,
    );
  }
  if (!isJsonObject(value)) return value;
  return Object.entries(value).map(([name, score]) => ({
    name,
    score: Array.isArray(score) && score.length === 1 ? score[0] : score,
  }));
}
