import {
  DataError,
  EmbedLLMError,
  MISSING,
  readSafetensors,
  type Tensor,
  type TensorArrays,
  type TensorDtype,
  writeSafetensors,
} from '@embedllm/core';
import { checkObject } from '@embedllm/internals';
import { generalAbility } from '../item-response/ability-prior.js';
import type { IntervalScales } from './forecast-calibration.js';
import { ItemResponsePool } from './item-response-pool.js';

const FORMAT = 'embedllm-item-response-pool';
const VERSION = '1';
/** How models were left out to check forecasts. */
const CHECKED = ['random', 'chosen', 'outside', 'outsideChosen'] as const;

/** Options of `restoreItemResponsePool`. */
export interface RestoreItemResponsePoolOptions {
  /** Where the bytes came from, for error messages. */
  readonly file?: string | undefined;
}

/**
 * A fitted pool as the bytes of one safetensors file, so that later runs need not fit it again. The
 * same pool gives the same bytes, about 8 Q (k + 1)(k + 2) + Q M of them.
 *
 * @example
 * ```ts
 * const bytes = serializeItemResponsePool(pool);
 * const restored = restoreItemResponsePool(bytes);
 * console.log(restored.dimensions); // 1
 * ```
 */
export function serializeItemResponsePool(pool: ItemResponsePool): Uint8Array {
  const { answers, items, abilityPrior: prior, calibration } = pool;
  const k = items.dimensions;
  const [Q, M] = [answers.questions, answers.models];
  const tensors: [string, Tensor][] = [
    ['answers', { dtype: 'U8', shape: [Q, M], data: answers.labels }],
    ['benchmark_of', { dtype: 'I32', shape: [Q], data: pool.benchmarkOf }],
    ['item_means', { dtype: 'F64', shape: [Q, k + 1], data: items.means }],
    ['item_covariances', { dtype: 'F64', shape: [Q, k + 1, k + 1], data: items.covariances }],
    ['abilities', { dtype: 'F64', shape: [M, k], data: pool.abilities }],
    ['prior_mean', { dtype: 'F64', shape: [k], data: prior.mean }],
    ['prior_precision', { dtype: 'F64', shape: [k, k], data: prior.precision }],
    ['prior_centres', { dtype: 'F64', shape: [M, k], data: prior.centres }],
    ['prior_bandwidth', vector([prior.bandwidth])],
    ['misfit_deviations', vector(calibration.misfit.deviations)],
    ['misfit_shares', vector(calibration.misfit.shares)],
    ...CHECKED.flatMap((kind): [string, Tensor][] => [
      [`${kind}_answers`, vector(calibration[kind].answers)],
      [`${kind}_scales`, vector(calibration[kind].scales)],
    ]),
  ];
  return writeSafetensors(tensors, {
    format: FORMAT,
    version: VERSION,
    questions: JSON.stringify(pool.questions),
    models: JSON.stringify(pool.models),
    benchmarks: JSON.stringify(pool.benchmarks),
  });
}

/**
 * Reads what `serializeItemResponsePool` wrote. Every shape and value is checked before it is used.
 *
 * @throws DataError `invalid-data` when the bytes are not such a pool, or not whole; EmbedLLMError
 * `unsupported-version` when a later version of this package wrote them.
 */
export function restoreItemResponsePool(
  bytes: Uint8Array,
  options: RestoreItemResponsePoolOptions = {},
): ItemResponsePool {
  const { file } = checkObject('options', options);
  const { tensors, metadata } = readSafetensors(bytes, { file });
  if (metadata.format !== FORMAT) {
    throw new DataError('The file is not a forecaster pool.', { file });
  }
  if (metadata.version !== VERSION) {
    throw new EmbedLLMError(
      `${file ?? 'The pool'} has the format version ${metadata.version}, but this package reads version ${VERSION}. Update @embedllm/forecaster.`,
      { code: 'unsupported-version' },
    );
  }
  const take = new PoolTensors(tensors, file);
  const questions = readNames(metadata, 'questions', file);
  const models = readNames(metadata, 'models', file);
  const benchmarks = readNames(metadata, 'benchmarks', file);
  const [Q, M] = [questions.length, models.length];
  const mean = take.numbers('prior_mean', [undefined]);
  const k = mean.length;
  const labels = take.data('answers', 'U8', [Q, M]);
  const benchmarkOf = take.data('benchmark_of', 'I32', [Q]);
  assertEach(labels, (label) => label <= 1 || label === MISSING, 'answers', file);
  assertEach(benchmarkOf, (b) => b >= 0 && b < benchmarks.length, 'benchmark_of', file);
  const [bandwidth = 0] = take.numbers('prior_bandwidth', [1]);
  const deviations = take.numbers('misfit_deviations', [undefined]);
  const shares = take.numbers('misfit_shares', [deviations.length]);
  const scalesOf = (kind: (typeof CHECKED)[number]): IntervalScales => {
    const answers = take.numbers(`${kind}_answers`, [undefined]);
    const scales = take.numbers(`${kind}_scales`, [answers.length]);
    assertEach([...answers, ...scales], (value) => value >= 0, `${kind}_scales`, file);
    return { answers: [...answers], scales: [...scales] };
  };
  assertEach([bandwidth], (value) => value > 0 && value < 1, 'prior_bandwidth', file);
  assertEach([...deviations, ...shares], (value) => value >= 0, 'misfit_shares', file);
  const precision = take.numbers('prior_precision', [k, k]);
  const items = {
    count: Q,
    dimensions: k,
    means: take.numbers('item_means', [Q, k + 1]),
    covariances: take.numbers('item_covariances', [Q, k + 1, k + 1]),
  };
  return new ItemResponsePool({
    questions,
    models,
    benchmarks,
    benchmarkOf,
    answers: { questions: Q, models: M, labels },
    items,
    abilityPrior: {
      mean,
      precision,
      centres: take.numbers('prior_centres', [M, k]),
      bandwidth,
      general: generalAbility({ precision, items, benchmarkOf }),
    },
    abilities: take.numbers('abilities', [M, k]),
    calibration: {
      misfit: { deviations: [...deviations], shares: [...shares] },
      random: scalesOf('random'),
      chosen: scalesOf('chosen'),
      outside: scalesOf('outside'),
      outsideChosen: scalesOf('outsideChosen'),
    },
  });
}

function vector(values: readonly number[]): Tensor {
  return { dtype: 'F64', shape: [values.length], data: Float64Array.from(values) };
}

function readNames(
  metadata: Readonly<Record<string, string>>,
  field: string,
  file: string | undefined,
): string[] {
  let names: unknown;
  try {
    names = JSON.parse(metadata[field] ?? 'null');
  } catch (cause) {
    throw new DataError('The list of names is not JSON.', { file, field, cause });
  }
  const isList = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '');
  if (!isList(names) || new Set(names).size !== names.length) {
    throw new DataError('Must be a list of distinct names.', { file, field });
  }
  return names;
}

function assertEach(
  values: ArrayLike<number>,
  isValid: (value: number) => boolean,
  field: string,
  file: string | undefined,
): void {
  const index = Array.prototype.findIndex.call(values, (value) => !isValid(value));
  if (index >= 0) {
    throw new DataError(`The value ${values[index]} at index ${index} is out of range.`, {
      file,
      field,
    });
  }
}

/** The tensors of a pool, by name, type and shape. */
class PoolTensors {
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #file: string | undefined;

  constructor(tensors: ReadonlyMap<string, Tensor>, file: string | undefined) {
    this.#tensors = tensors;
    this.#file = file;
  }

  /** @param shape - `undefined` stands for any length. */
  data<D extends TensorDtype>(
    name: string,
    dtype: D,
    shape: readonly (number | undefined)[],
  ): TensorArrays[D] {
    const tensor = this.#tensors.get(name);
    const place = { file: this.#file, field: name };
    if (!tensor) throw new DataError('The tensor is missing.', place);
    if (!isOfType(tensor, dtype)) {
      throw new DataError(`The tensor must be of type ${dtype}, but is ${tensor.dtype}.`, place);
    }
    const fits =
      tensor.shape.length === shape.length &&
      shape.every((length, axis) => length === undefined || length === tensor.shape[axis]);
    if (!fits) {
      const wanted = shape.map((length) => length ?? 'any').join(', ');
      throw new DataError(
        `The tensor must have the shape [${wanted}], but has [${tensor.shape.join(', ')}].`,
        place,
      );
    }
    return tensor.data as TensorArrays[D];
  }

  /** Finite numbers. */
  numbers(name: string, shape: readonly (number | undefined)[]): Float64Array {
    const values = this.data(name, 'F64', shape);
    assertEach(values, Number.isFinite, name, this.#file);
    return values;
  }
}

function isOfType<D extends TensorDtype>(
  tensor: Tensor,
  dtype: D,
): tensor is Extract<Tensor, { dtype: D }> {
  return tensor.dtype === dtype;
}
