import { EmbedLLMError, type SerializedEncoder } from '@embedllm/core';
import { StoredSettings } from '../record/stored-settings.js';

/** What decides the vectors of an endpoint encoder; travels in the artifact's `config.json`. */
export interface EndpointSettings {
  /** Version of this encoder's stored form. */
  readonly formatVersion: 1;
  /** Address of the API, without `/embeddings`. */
  readonly baseURL: string;
  /** The model's name at the endpoint. */
  readonly model: string;
  /** Length D of every vector. */
  readonly dimensions: number;
  /** Whether the endpoint is asked for vectors of that length. */
  readonly requestDimensions: boolean;
  /** Put before every text. */
  readonly prefix: string;
}

export const DIMENSIONS_RANGE: { readonly min: number; readonly max: number } = {
  min: 1,
  max: 65_536,
};

/** `QuestionEncoder.id` of an endpoint's model. */
export function endpointId(model: string): string {
  return `endpoint:${model}`;
}

/** Settings only: the model stays at the endpoint, and no key or header is among them. */
export function serializeEndpoint({ baseURL, ...rest }: EndpointSettings): SerializedEncoder {
  return { settings: { ...rest, baseUrl: baseURL }, files: new Map() };
}

/**
 * Reads stored settings, which may come from anywhere.
 *
 * @throws DataError `unsupported-version` or `invalid-artifact`, naming the field.
 */
export function readEndpointSettings(
  stored: Readonly<Record<string, unknown>> | undefined,
): EndpointSettings {
  const settings = new StoredSettings('endpoint', stored);
  return {
    formatVersion: 1,
    baseURL: settings.text('baseUrl'),
    model: settings.text('model'),
    dimensions: settings.integer('dimensions', DIMENSIONS_RANGE),
    requestDimensions: settings.flag('requestDimensions'),
    prefix: settings.text('prefix'),
  };
}

/**
 * Checks the address of an API and brings it into one form, without a slash at the end.
 *
 * @throws EmbedLLMError `invalid-argument` when it is not an http or https address, or when it
 * contains credentials, which belong in headers because the address is stored in artifacts.
 */
export function checkBaseURL(baseURL: string): string {
  let url: URL | undefined;
  try {
    url = new URL(baseURL);
  } catch {
    // Reported below, without what may be a secret.
  }
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new EmbedLLMError(
      '`baseURL` must be an absolute http or https address, such as https://api.openai.com/v1.',
      { code: 'invalid-argument' },
    );
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new EmbedLLMError(
      '`baseURL` must not contain a user name, password, query or fragment, because it is stored in artifacts. Pass secrets as `apiKey` or `headers`.',
      { code: 'invalid-argument' },
    );
  }
  return url.href.replace(/\/+$/, '');
}
