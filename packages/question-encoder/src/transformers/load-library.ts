import { EmbedLLMError } from '@embedllm/core';

/** What `@huggingface/transformers` exports. */
export type TransformersLibrary = typeof import('@huggingface/transformers');

/**
 * Loads transformers.js, which is an optional peer dependency.
 *
 * @param load - Stands in for the import in tests.
 * @throws EmbedLLMError `missing-dependency` saying what to install, or why loading failed.
 */
export async function loadLibrary(
  load: () => Promise<TransformersLibrary> = () => import('@huggingface/transformers'),
): Promise<TransformersLibrary> {
  try {
    return await load();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const absent = reason.includes("'@huggingface/transformers'");
    throw new EmbedLLMError(
      absent
        ? 'Transformers encoders need the package @huggingface/transformers: install it with `npm install @huggingface/transformers`.'
        : `The package @huggingface/transformers is installed but does not load: ${reason}`,
      { code: 'missing-dependency', cause },
    );
  }
}
