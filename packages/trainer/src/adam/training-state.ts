import { DataError, readSafetensors, type Tensor, writeSafetensors } from '@embedllm/core';
import type { CheckedAdamSettings } from './adam-settings.js';
import { type ParameterSizes, parameterSlices } from './parameters.js';

/** What one epoch came to. */
export interface AdamEpoch {
  /** From 1. */
  readonly epoch: number;
  /** Mean training log loss, with noise, in nats. */
  readonly loss: number;
  /** Where there is a validation set. */
  readonly validationLogLoss?: number | undefined;
}

/** All that the rest of a training depends on. */
export interface TrainingState {
  readonly settings: CheckedAdamSettings;
  readonly sizes: ParameterSizes;
  readonly dataFingerprint: string;
  readonly validationFingerprint: string | undefined;
  /** Epochs done. */
  readonly history: readonly AdamEpoch[];
  /** Steps done, over all epochs. */
  readonly steps: number;
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Parameters of the epoch with the lowest validation log loss. */
  readonly best: Float32Array | undefined;
}

const FORMAT = 'embedllm-adam-state';
const VERSION = '1';
const VECTORS = ['parameters', 'first', 'second', 'best'] as const;

/**
 * A state as a safetensors file: the parameters under the published names, so that any reader of
 * safetensors can look at them, the moments and the best epoch with a prefix.
 */
export function encodeTrainingState(state: TrainingState): Uint8Array {
  const tensors = new Map<string, Tensor>();
  for (const vector of VECTORS) {
    const values = state[vector];
    if (!values) continue;
    for (const { name, shape, start, length } of parameterSlices(state.sizes)) {
      const data = values.subarray(start, start + length);
      tensors.set(prefixed(vector, name), { dtype: 'F32', shape: [...shape], data });
    }
  }
  const { settings, sizes, dataFingerprint, validationFingerprint, history, steps } = state;
  return writeSafetensors(tensors, {
    format: FORMAT,
    version: VERSION,
    state: JSON.stringify({
      settings,
      sizes,
      dataFingerprint,
      validationFingerprint,
      history,
      steps,
    }),
  });
}

/** What a state must fit to be resumed from. */
export type ExpectedState = Pick<
  TrainingState,
  'settings' | 'sizes' | 'dataFingerprint' | 'validationFingerprint'
>;

/**
 * Reads a state back.
 *
 * @throws DataError `invalid-data` when the bytes are not a state of this format or of another
 * training: other settings, other data.
 */
export function decodeTrainingState(bytes: Uint8Array, expected: ExpectedState): TrainingState {
  const file = 'training state';
  const { tensors, metadata } = readSafetensors(bytes, { file });
  if (metadata.format !== FORMAT || metadata.version !== VERSION) {
    throw new DataError(`This is not a training state of version ${VERSION}.`, { file });
  }
  const record = parseRecord(metadata.state, file);
  for (const field of ['settings', 'sizes', 'dataFingerprint', 'validationFingerprint'] as const) {
    const [found, wanted] = [canonical(record[field]), canonical(expected[field])];
    if (found !== wanted) {
      throw new DataError(
        `The state belongs to a different training run: it was saved with ${found}, but this run has ${wanted}.`,
        { file, field },
      );
    }
  }
  const { history, steps } = record;
  if (!Array.isArray(history) || !history.every(isEpoch) || !isCount(steps)) {
    throw new DataError('The history is malformed.', { file, field: 'history' });
  }
  const slices = parameterSlices(expected.sizes);
  const size = slices.reduce((sum, { length }) => sum + length, 0);
  const read = (vector: (typeof VECTORS)[number]): Float32Array => {
    const values = new Float32Array(size);
    for (const { name, length, start } of slices) {
      const field = prefixed(vector, name);
      const tensor = tensors.get(field);
      if (tensor?.dtype !== 'F32' || tensor.data.length !== length) {
        throw new DataError(`Must be a tensor of ${length} 32-bit floats.`, { file, field });
      }
      if (!tensor.data.every(Number.isFinite)) {
        throw new DataError('The tensor has a value that is not finite.', { file, field });
      }
      values.set(tensor.data, start);
    }
    return values;
  };
  return {
    ...expected,
    history,
    steps,
    parameters: read('parameters'),
    first: read('first'),
    second: read('second'),
    best: tensors.has(prefixed('best', 'P.weight')) ? read('best') : undefined,
  };
}

function prefixed(vector: (typeof VECTORS)[number], name: string): string {
  return vector === 'parameters' ? name : `${vector}.${name}`;
}

function parseRecord(text: string | undefined, file: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    if (typeof parsed === 'object' && parsed !== null) return { ...parsed };
  } catch (cause) {
    throw new DataError('The metadata is not JSON.', { file, field: 'state', cause });
  }
  throw new DataError('The metadata is not an object.', { file, field: 'state' });
}

/** JSON with sorted keys, so that equal means equal. */
function canonical(value: unknown): string {
  const isRecord = typeof value === 'object' && value !== null;
  return JSON.stringify(isRecord ? Object.entries(value).sort() : (value ?? null));
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isEpoch(value: unknown, index: number): value is AdamEpoch {
  if (typeof value !== 'object' || value === null) return false;
  const { epoch, loss, validationLogLoss } = value as Partial<Record<string, unknown>>;
  return (
    epoch === index + 1 &&
    Number.isFinite(loss) &&
    (validationLogLoss === undefined || Number.isFinite(validationLogLoss))
  );
}
