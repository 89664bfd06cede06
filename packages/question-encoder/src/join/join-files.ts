import {
  DataError,
  type EncoderRecord,
  type QuestionEncoder,
  type SerializedEncoder,
} from '@embedllm/core';
import { isJsonObject } from '@embedllm/internals';
import { encoderRecord } from '../record/encoder-record.js';
import { StoredSettings } from '../record/stored-settings.js';

/** Begins the `QuestionEncoder.id` of encoders that are joined; their ids follow. */
export const JOIN_PREFIX = 'join:' as const;

/** The stored form of all encoders: their settings side by side, their files by number and name. */
export function writeJoinFiles(
  encoders: readonly QuestionEncoder[],
  weights: readonly number[],
): SerializedEncoder {
  const records = encoders.map(encoderRecord);
  const files = records.flatMap((record, index) =>
    [...(record.files ?? [])].map(([name, bytes]) => [`${index}.${name}`, bytes] as const),
  );
  return {
    settings: {
      formatVersion: 1,
      weights: [...weights],
      encoders: records.map(({ files: _, ...record }) => record),
    },
    files: new Map(files),
  };
}

/**
 * Reads what `writeJoinFiles` wrote, trusting nothing.
 *
 * @throws DataError `unsupported-version` or `invalid-artifact`, naming the field.
 */
export function readJoinFiles({ settings, files }: Pick<EncoderRecord, 'settings' | 'files'>): {
  records: readonly EncoderRecord[];
  weights: readonly number[];
} {
  const stored = new StoredSettings('join', settings);
  const encoders = stored.objects('encoders');
  const weights = stored.numbers('weights');
  const records = encoders.map((encoder, index): EncoderRecord => {
    const { id, fingerprint, dimensions, settings: inner } = encoder;
    if (
      typeof id !== 'string' ||
      typeof fingerprint !== 'string' ||
      typeof dimensions !== 'number' ||
      (inner !== undefined && !isJsonObject(inner))
    ) {
      throw new DataError('Must have an id, a fingerprint, dimensions and optionally settings.', {
        file: 'config.json',
        field: `encoder.settings.encoders[${index}]`,
        code: 'invalid-artifact',
      });
    }
    const prefix = `${index}.`;
    const own = [...(files ?? [])]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, bytes]) => [name.slice(prefix.length), bytes] as const);
    return {
      id,
      fingerprint,
      dimensions,
      ...(inner !== undefined && { settings: inner }),
      ...(own.length > 0 && { files: new Map(own) }),
    };
  });
  return { records, weights };
}
