import { EmbedLLMError } from '@embedllm/core';
import type { TransformersLibrary } from './load-library.js';
import { type ModelSource, readModelBytes, readModelJson } from './model-source.js';

/**
 * A model on the hub, or on whatever host transformers.js is set to (`env.remoteHost`).
 * transformers.js fetches and caches the weights; only the small files that it does not know of
 * are fetched here, through its own `env.fetch`.
 */
export function openHub(
  { env }: Pick<TransformersLibrary, 'env'>,
  model: string,
  revision: string,
  signal: AbortSignal | undefined,
): ModelSource {
  const root = `${env.remoteHost.replace(/\/$/, '')}/${env.remotePathTemplate
    .replaceAll('{model}', model)
    .replaceAll('{revision}', encodeURIComponent(revision))
    .replace(/^\//, '')}`;
  const read = async <T>(
    path: string,
    parse: (body: AsyncIterable<Uint8Array>, file: string) => Promise<T>,
  ): Promise<T | undefined> => {
    const url = `${root.replace(/\/$/, '')}/${path}`;
    const problem = (reason: string, cause?: unknown): EmbedLLMError =>
      new EmbedLLMError(
        `Cannot read ${url}: ${reason}. Download the model and pass its \`folder\`, or set \`pooling\`, \`normalize\` and \`ignoreModules\` to replace the model's own settings.`,
        { code: 'io', cause },
      );
    if (!env.allowRemoteModels) throw problem('`env.allowRemoteModels` is off');
    let response: Response;
    try {
      response = await env.fetch(url, { signal });
    } catch (cause) {
      signal?.throwIfAborted();
      throw problem(cause instanceof Error ? cause.message : String(cause), cause);
    }
    if (response.status === 404) return undefined;
    if (!response.ok) throw problem(`status ${response.status}`);
    return response.body ? await parse(response.body, url) : undefined;
  };
  return {
    location: model,
    localOnly: false,
    readJson: (path) => read(path, readModelJson),
    readBytes: (path) => read(path, readModelBytes),
  };
}
