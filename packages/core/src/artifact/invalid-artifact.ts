import { DataError, describeLocation, EmbedLLMError } from '@embedllm/internals';

/**
 * Runs a reader of an artifact's parts. Whatever is wrong inside an artifact then has one code to
 * act on, `invalid-artifact`; that of a newer version and of failed reading stay as they are.
 */
export async function asInvalidArtifact<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DataError) {
      const { location } = error;
      const place = describeLocation(location);
      const message = place === '' ? error.message : error.message.slice(place.length + 2);
      throw new DataError(message, { ...location, code: 'invalid-artifact', cause: error });
    }
    const keep = ['unsupported-version', 'io'];
    if (error instanceof EmbedLLMError && !keep.includes(error.code)) {
      throw new EmbedLLMError(error.message, { code: 'invalid-artifact', cause: error });
    }
    throw error;
  }
}
