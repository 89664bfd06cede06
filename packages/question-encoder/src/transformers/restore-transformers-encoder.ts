import { DataError, EmbedLLMError, type EncoderRecord } from '@embedllm/core';
import { createTransformersEncoder } from './create-transformers-encoder.js';
import type { TransformersEncoderOptions, TransformersRunOptions } from './encoder-options.js';
import { FILE_ENDINGS, type ModelDtype } from './model-source.js';
import { POOLINGS, type Pooling } from './pooling.js';
import type { TransformersEncoder } from './transformers-encoder.js';

/** Options of `restoreTransformersEncoder`. */
export interface RestoreTransformersOptions extends TransformersRunOptions {
  /** Where the model is on this machine. Needed when the encoder was made from a folder. */
  readonly folder?: string | undefined;
}

/**
 * Loads the model that an artifact was trained with, with the settings that the artifact keeps.
 * The model itself does not travel in the artifact: it comes from the hub or from `folder`.
 *
 * @param record - `artifact.encoder`.
 * @throws EmbedLLMError `encoder-mismatch` when the record is of another kind of encoder or the
 * model is not the one of training; DataError `invalid-artifact` naming a malformed setting; and
 * all that `createTransformersEncoder` throws.
 */
export async function restoreTransformersEncoder(
  record: EncoderRecord,
  options: RestoreTransformersOptions = {},
): Promise<TransformersEncoder> {
  if (!record.id.startsWith('transformers:')) {
    throw new EmbedLLMError(
      'encoder-mismatch',
      `The record is of the encoder ${JSON.stringify(record.id)}, not of a transformers encoder.`,
    );
  }
  const { source, ...stored } = readSettings(record.settings ?? {});
  if (source === 'folder' && options.folder === undefined) {
    throw new EmbedLLMError(
      'invalid-argument',
      `The encoder ${record.id} was made from a folder. Give \`folder\` to say where it is on this machine.`,
    );
  }
  const { revision, ...settings } = stored;
  const encoder = await createTransformersEncoder({
    ...options,
    ...settings,
    ...(options.folder === undefined && { revision }),
  });
  if (source === 'folder' && encoder.fingerprint !== record.fingerprint) {
    await encoder.dispose();
    throw new EmbedLLMError(
      'encoder-mismatch',
      `The model in ${options.folder} is not the one that the artifact was trained with: its files differ.`,
    );
  }
  return encoder;
}

type StoredSettings = Pick<
  TransformersEncoderOptions,
  'model' | 'revision' | 'dtype' | 'pooling' | 'normalize' | 'maxTokens' | 'prefix'
> & { source: 'hub' | 'folder' };

function readSettings(settings: Readonly<Record<string, unknown>>): StoredSettings {
  const field = <T>(name: string, expected: string, is: (value: unknown) => value is T): T => {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (is(value)) return value;
    throw new DataError(
      `Must be ${expected}.`,
      { file: 'config.json', field: `encoder.settings.${name}` },
      { code: name === 'formatVersion' ? 'unsupported-version' : 'invalid-artifact' },
    );
  };
  field('formatVersion', '1, the version that this library reads', (value) => value === 1);
  const isText = (value: unknown): value is string => typeof value === 'string';
  const maxTokens = field(
    'maxTokens',
    'a positive integer or null',
    (value): value is number | null => value === null || isPositiveInteger(value),
  );
  return {
    source: field(
      'source',
      '"hub" or "folder"',
      (value): value is 'hub' | 'folder' => value === 'hub' || value === 'folder',
    ),
    model: field('model', 'a string', isText),
    revision: field('revision', 'a string', isText),
    dtype: field(
      'dtype',
      `one of ${Object.keys(FILE_ENDINGS).join(', ')}`,
      (value): value is ModelDtype => isText(value) && Object.hasOwn(FILE_ENDINGS, value),
    ),
    pooling: field('pooling', `one of ${POOLINGS.join(', ')}`, (value): value is Pooling =>
      POOLINGS.some((pooling) => pooling === value),
    ),
    normalize: field(
      'normalize',
      'true or false',
      (value): value is boolean => typeof value === 'boolean',
    ),
    prefix: field('prefix', 'a string', isText),
    ...(maxTokens !== null && { maxTokens }),
  };
}

function isPositiveInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
