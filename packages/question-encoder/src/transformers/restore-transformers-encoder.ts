import { EmbedLLMError, type EncoderRecord } from '@embedllm/core';
import { checkObject } from '@embedllm/internals';
import { checkRecord } from '../record/check-record.js';
import { fingerprintEncoder } from '../record/fingerprint.js';
import { loadStoredEncoder } from './create-transformers-encoder.js';
import { checkRunOptions, type TransformersRunOptions } from './encoder-options.js';
import type { TransformersEncoder } from './transformers-encoder.js';
import { readTransformersSettings, serializeTransformers } from './transformers-settings.js';

/** Options of `restoreTransformersEncoder`. */
export interface RestoreTransformersOptions extends TransformersRunOptions {
  /**
   * Where the model is on this machine; Node only. Needed when the encoder was made from a folder,
   * whose files are then compared. A copy of a hub model is taken on trust.
   */
  readonly folder?: string | undefined;
}

/**
 * Loads the model that an artifact was trained with, with the settings that the artifact keeps.
 * The model itself does not travel in the artifact: it comes from the hub or from `folder`.
 *
 * @param record - `artifact.encoder`.
 * @throws EmbedLLMError `encoder-mismatch` when the record is of another kind of encoder or was
 * altered, or the folder's model is not the one of training; DataError `invalid-artifact` or
 * `unsupported-version` naming a malformed setting; and all that `createTransformersEncoder` throws.
 */
export async function restoreTransformersEncoder(
  record: EncoderRecord,
  options: RestoreTransformersOptions = {},
): Promise<TransformersEncoder> {
  checkObject('options', options);
  const { id, fingerprint } = checkRecord(record);
  if (!id.startsWith('transformers:')) {
    throw new EmbedLLMError(
      `The record describes the encoder ${JSON.stringify(id)}, not a transformers encoder.`,
      { code: 'encoder-mismatch' },
    );
  }
  const settings = readTransformersSettings(record.settings ?? {});
  if ((await fingerprintEncoder(id, serializeTransformers(settings))) !== fingerprint) {
    throw new EmbedLLMError(
      `The settings of the encoder ${id} do not have the fingerprint ${fingerprint}. The record was altered.`,
      { code: 'encoder-mismatch' },
    );
  }
  const { folder } = options;
  if (settings.source === 'folder' && folder === undefined) {
    throw new EmbedLLMError(
      `The encoder ${id} was created from a folder. Set \`folder\` to its path on this machine.`,
      { code: 'invalid-argument' },
    );
  }
  options.signal?.throwIfAborted();
  checkRunOptions(options);
  return await loadStoredEncoder(settings, options);
}
