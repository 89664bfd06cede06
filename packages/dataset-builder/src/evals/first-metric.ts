import { advice, DataError, namedOption } from '@embedllm/core';
import type { Place } from '../csv/columns.js';
import { describeFound, isJsonObject } from '../jsonl/parse-object.js';
import { scoreOfValue } from '../tables/score-text.js';
import type { NamedScore } from './named-score.js';

/**
 * The score of an answer in an object of metrics: the one that is named, else the first usual one,
 * else the only one from 0 to 1.
 *
 * @throws DataError where there is none, or several that are not usual.
 */
export function firstMetric(
  metrics: unknown,
  wanted: string | undefined,
  usual: readonly string[],
  place: Place & { readonly field: string },
): NamedScore {
  if (!isJsonObject(metrics)) {
    throw new DataError(`must be an object of metrics, but ${describeFound(metrics)}.`, place);
  }
  const scored = Object.keys(metrics).filter(
    (name) => typeof scoreOfValue(metrics[name]) === 'number',
  );
  const name =
    wanted ??
    usual.find((each) => Object.hasOwn(metrics, each)) ??
    (scored.length === 1 ? scored[0] : undefined);
  if (name === undefined || !Object.hasOwn(metrics, name)) {
    throw new DataError(
      advice`has ${wanted === undefined ? '' : `no ${wanted}, but `}the metrics ${Object.keys(metrics).slice(0, 20).join(', ') || '(none)'}. Choose one with ${namedOption('scoreColumn', scored[0] ?? 'NAME')}.`,
      place,
    );
  }
  const score = scoreOfValue(metrics[name]);
  if (score !== undefined) return { name, score };
  throw new DataError(`must be a score from 0 to 1, but ${describeFound(metrics[name])}.`, {
    ...place,
    field: `${place.field}.${name}`,
  });
}
