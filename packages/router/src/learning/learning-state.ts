import { DataError } from '@embedllm/core';
import { isJsonObject } from '@embedllm/internals';
import type { Gaussian } from './gaussian.js';

/** A normal distribution: mean [d] and row-major covariance [d, d]. */
export interface GaussianState {
  readonly mean: readonly number[];
  readonly covariance: readonly number[];
}

/** What a `Learner` has learned, as plain JSON: `JSON.stringify(learner)` gives it. */
export interface LearningState {
  readonly version: 1;
  /** What the pool said of a further model when learning began. */
  readonly prior: GaussianState;
  /** Belief about each model that answers have moved. */
  readonly beliefs: Readonly<Record<string, GaussianState>>;
  /** Statistics of each model's drift detector. */
  readonly drift: Readonly<Record<string, readonly number[]>>;
}

/** A state that has been checked. */
export interface CheckedState {
  readonly prior: Gaussian;
  readonly beliefs: ReadonlyMap<string, Gaussian>;
  readonly drift: ReadonlyMap<string, readonly number[]>;
}

/**
 * Checks a state that was read from a file.
 *
 * @param dimensions - d of the router's model embeddings.
 * @param statistics - Numbers that a drift detector has.
 * @throws DataError `invalid-data`, naming the field.
 */
export function checkState(state: unknown, dimensions: number, statistics: number): CheckedState {
  const { version, prior, beliefs, drift } = fieldsOf(state, 'the learning state');
  if (version !== 1) {
    throw refuse('version', `is ${JSON.stringify(version)}, but this package reads version 1`);
  }
  const checked = new Map<string, Gaussian>();
  for (const [name, belief] of Object.entries(fieldsOf(beliefs, 'beliefs'))) {
    checked.set(name, gaussianOf(belief, dimensions, `beliefs.${name}`));
  }
  const detectors = Object.entries(fieldsOf(drift, 'drift')).map(
    ([name, values]) => [name, [...numbersOf(values, statistics, `drift.${name}`)]] as const,
  );
  return {
    prior: gaussianOf(prior, dimensions, 'prior'),
    beliefs: checked,
    drift: new Map(detectors),
  };
}

function gaussianOf(value: unknown, dimensions: number, field: string): Gaussian {
  const { mean, covariance } = fieldsOf(value, field);
  return {
    mean: numbersOf(mean, dimensions, `${field}.mean`),
    covariance: numbersOf(covariance, dimensions ** 2, `${field}.covariance`),
  };
}

function fieldsOf(value: unknown, field: string): Record<string, unknown> {
  if (isJsonObject(value)) return { ...value };
  throw refuse(field, 'must be an object');
}

function numbersOf(value: unknown, length: number, field: string): Float64Array {
  if (Array.isArray(value) && value.length === length && value.every(Number.isFinite)) {
    return Float64Array.from(value);
  }
  throw refuse(field, `must be a list of ${length} numbers, as many as this router needs`);
}

function refuse(field: string, problem: string): DataError {
  return new DataError(`The learning state does not fit: ${field} ${problem}.`, { field });
}
