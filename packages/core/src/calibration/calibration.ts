import { checkObject, DataError } from '@embedllm/internals';
import { type IsotonicCurve, interpolate } from './isotonic.js';

/** Turns a model's logit into a calibrated probability; a larger logit never gives a smaller one. */
export interface Calibration {
  /** Names of the models that it was fitted for. */
  readonly models: readonly string[];
  /** For a model's position in `models`; -1 is a model that it was not fitted for. */
  probability(model: number, logit: number): number;
}

/** P = 1 / (1 + exp(-a z)) with one inverse temperature a for each model. */
export interface TemperatureCalibrationRecord {
  readonly method: 'temperature';
  readonly models: readonly string[];
  /** a > 0 of each model. */
  readonly scales: readonly number[];
  /** a of models that it was not fitted for. */
  readonly pooledScale: number;
}

/** P = 1 / (1 + exp(-(a z + c))) with a scale a and an offset c for each model (Platt 1999). */
export interface PlattCalibrationRecord {
  readonly method: 'platt';
  readonly models: readonly string[];
  /** a > 0 of each model. */
  readonly scales: readonly number[];
  /** c of each model. */
  readonly offsets: readonly number[];
  /** a of models that it was not fitted for. */
  readonly pooledScale: number;
  /** c of models that it was not fitted for. */
  readonly pooledOffset: number;
}

/** P = w_m f_m(z) + (1 - w_m) f(z), with f_m from the model's own answers and f from all. */
export interface IsotonicCalibrationRecord {
  readonly method: 'isotonic';
  readonly models: readonly string[];
  readonly curves: readonly IsotonicCurve[];
  /** w_m, from 0 to 1. */
  readonly weights: readonly number[];
  readonly pooledCurve: IsotonicCurve;
}

/** A fitted calibration as plain JSON, for `Artifact.calibration`. */
export type CalibrationRecord =
  | TemperatureCalibrationRecord
  | PlattCalibrationRecord
  | IsotonicCalibrationRecord;

/** A calibration that can be saved with its artifact. */
export interface FittedCalibration extends Calibration {
  readonly record: CalibrationRecord;
}

/** Options of `restoreCalibration`. */
export interface RestoreCalibrationOptions {
  /** Where the record came from, for error messages. */
  readonly file?: string | undefined;
}

/**
 * Restores a calibration from what `fitCalibration` recorded, such as `artifact.calibration`.
 *
 * @throws DataError `invalid-data`, naming the field, when the record is not one.
 */
export function restoreCalibration(
  record: object,
  options: RestoreCalibrationOptions = {},
): FittedCalibration {
  const { file } = checkObject('options', options);
  const refuse = (field: string, problem: string): DataError =>
    new DataError(`The calibration's ${field} ${problem}.`, { file, field });
  const { method, models, ...rest }: Readonly<Record<string, unknown>> = { ...record };
  if (!Array.isArray(models) || !models.every((name) => typeof name === 'string')) {
    throw refuse('models', 'must be a list of names');
  }
  if (method === 'temperature' || method === 'platt') {
    const { scales, pooledScale, offsets, pooledOffset } = rest;
    const isScale = (value: unknown): value is number => isNumber(value) && value > 0;
    if (!isListOf(scales, models.length, isScale)) {
      throw refuse('scales', 'must hold one positive number for each model');
    }
    if (!isScale(pooledScale)) throw refuse('pooledScale', 'must be a positive number');
    if (method === 'temperature') return calibrate({ method, models, scales, pooledScale });
    if (!isListOf(offsets, models.length, isNumber)) {
      throw refuse('offsets', 'must hold one number for each model');
    }
    if (!isNumber(pooledOffset)) throw refuse('pooledOffset', 'must be a number');
    return calibrate({ method, models, scales, offsets, pooledScale, pooledOffset });
  }
  if (method === 'isotonic') {
    const { curves, weights, pooledCurve } = rest;
    const isShare = (value: unknown): value is number =>
      isNumber(value) && value >= 0 && value <= 1;
    if (!isListOf(curves, models.length, isCurve)) {
      throw refuse('curves', 'must hold one increasing curve for each model');
    }
    if (!isListOf(weights, models.length, isShare)) {
      throw refuse('weights', 'must hold one number from 0 to 1 for each model');
    }
    if (!isCurve(pooledCurve)) throw refuse('pooledCurve', 'must be an increasing curve');
    return calibrate({ method, models, curves, weights, pooledCurve });
  }
  throw refuse('method', 'must be "temperature", "platt" or "isotonic"');
}

/** A record that is known to be right as a calibration. */
export function calibrate(record: CalibrationRecord): FittedCalibration {
  const { models } = record;
  if (record.method === 'temperature') {
    const { scales, pooledScale } = record;
    return {
      models,
      record: { ...record },
      probability: (model, logit) => 1 / (1 + Math.exp(-(scales[model] ?? pooledScale) * logit)),
    };
  }
  if (record.method === 'platt') {
    const { scales, offsets, pooledScale, pooledOffset } = record;
    return {
      models,
      record: { ...record },
      probability: (model, logit) => {
        const shifted = (scales[model] ?? pooledScale) * logit + (offsets[model] ?? pooledOffset);
        return 1 / (1 + Math.exp(-shifted));
      },
    };
  }
  const { curves, weights, pooledCurve } = record;
  return {
    models,
    record: { ...record },
    probability: (model, logit) => {
      const pooled = interpolate(pooledCurve, logit);
      const curve = curves[model];
      const weight = weights[model] ?? 0;
      return curve ? weight * interpolate(curve, logit) + (1 - weight) * pooled : pooled;
    },
  };
}

function isCurve(value: unknown): value is IsotonicCurve {
  if (typeof value !== 'object' || value === null) return false;
  if (!('logits' in value && 'probabilities' in value)) return false;
  const { logits, probabilities } = value;
  if (!Array.isArray(logits) || !isListOf(probabilities, logits.length, isNumber)) return false;
  return (
    logits.length > 0 &&
    logits.every((x, k) => isNumber(x) && (k === 0 || x > logits[k - 1])) &&
    probabilities.every((p, k) => p >= (probabilities[k - 1] ?? 0) && p <= 1)
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isListOf<T>(
  value: unknown,
  length: number,
  isItem: (item: unknown) => item is T,
): value is T[] {
  return Array.isArray(value) && value.length === length && value.every(isItem);
}
