import { EmbedLLMError } from '@embedllm/core';
import type * as Hub from '@huggingface/hub';

/** @throws EmbedLLMError `missing-dependency` when the hub's client is not installed. */
export async function loadHub(): Promise<typeof Hub> {
  try {
    return await import('@huggingface/hub');
  } catch (cause) {
    throw new EmbedLLMError(
      "Downloads and uploads need the hub's client. Install it with: npm install @huggingface/hub",
      { code: 'missing-dependency', cause },
    );
  }
}
