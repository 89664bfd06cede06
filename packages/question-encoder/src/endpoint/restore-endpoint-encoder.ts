import { EmbedLLMError, type EncoderRecord } from '@embedllm/core';
import { checkObject } from '@embedllm/internals';
import { checkRecord } from '../record/check-record.js';
import { fingerprintEncoder } from '../record/fingerprint.js';
import { assembleEndpoint, type EndpointEncoder } from './create-endpoint-encoder.js';
import { EndpointClient } from './endpoint-client.js';
import { type EndpointRequestOptions, planRequests } from './endpoint-options.js';
import {
  checkBaseURL,
  endpointId,
  readEndpointSettings,
  serializeEndpoint,
} from './endpoint-settings.js';

/** Options of `restoreEndpointEncoder`. */
export interface RestoreEndpointOptions extends EndpointRequestOptions {
  /**
   * Address of the API, if the same model is served elsewhere than during training. Whether it is the
   * same model is not checked; the fingerprint stays that of training.
   *
   * @default the address that the artifact keeps
   */
  readonly baseURL?: string | undefined;
}

/**
 * Makes the endpoint encoder that an artifact was trained with, with the settings that the artifact
 * keeps. The key does not travel: give it as in training. Makes no request.
 *
 * An artifact chooses the address that texts and key are sent to: give `baseURL` for artifacts that
 * you do not trust.
 *
 * @param record - `artifact.encoder`.
 * @throws EmbedLLMError `encoder-mismatch` when the record is of another kind of encoder or was
 * altered; DataError `invalid-artifact` or `unsupported-version` naming a malformed setting;
 * `invalid-argument` on an option out of range.
 *
 * @example
 * ```ts
 * const encoder = await restoreEndpointEncoder(artifact.encoder, { apiKeyEnv: 'OPENAI_API_KEY' });
 * ```
 */
export async function restoreEndpointEncoder(
  record: EncoderRecord,
  options: RestoreEndpointOptions = {},
): Promise<EndpointEncoder> {
  checkObject('options', options);
  const { id, fingerprint } = checkRecord(record);
  if (!id.startsWith(endpointId(''))) {
    throw new EmbedLLMError(
      `The record describes the encoder ${JSON.stringify(id)}, not an endpoint.`,
      { code: 'encoder-mismatch' },
    );
  }
  const settings = readEndpointSettings(record.settings);
  if ((await fingerprintEncoder(id, serializeEndpoint(settings))) !== fingerprint) {
    throw new EmbedLLMError(
      `The settings of the encoder ${id} do not have the fingerprint ${fingerprint}. The record was altered.`,
      { code: 'encoder-mismatch' },
    );
  }
  if (id !== endpointId(settings.model)) {
    throw new EmbedLLMError(`The settings of the encoder ${id} name another model.`, {
      code: 'encoder-mismatch',
    });
  }
  const baseURL = checkBaseURL(options.baseURL ?? settings.baseURL);
  return await assembleEndpoint(
    settings,
    new EndpointClient({ ...settings, baseURL }, planRequests(options)),
  );
}
