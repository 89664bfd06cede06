import { EmbedLLMError } from '@embedllm/core';
import { createStaticEncoder, type StaticEncoder } from '@embedllm/question-encoder';

/** Options of `englishEncoder`. */
export interface EnglishEncoderOptions {
  /**
   * Where this package's folder `data` is served, for bundles that leave it behind.
   *
   * @default next to this module
   */
  readonly baseURL?: string | URL | undefined;
  /** Makes the requests. @default globalThis.fetch, and in Node the file system for files */
  readonly fetch?:
    | ((
        url: string,
        init: { signal?: AbortSignal },
      ) => Promise<Pick<Response, 'ok' | 'status' | 'arrayBuffer'>>)
    | undefined;
  /** Stops the requests; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The files of the table, as model2vec names them. */
const FILES = ['tokenizer.json', 'model.safetensors'] as const;
const NAME = 'all-MiniLM-L6-v2-128';

/**
 * An encoder of English texts in 128 dimensions that was fitted to no questions: a table of token
 * vectors distilled from all-MiniLM-L6-v2, whose mean over the tokens of a text is its vector. Use it
 * alone, or join it with an `lsa` encoder to tell apart words that no training question has.
 *
 * @throws EmbedLLMError `io` where the files are not served; the signal's reason after an abort.
 *
 * @example
 * const encoder = await englishEncoder();
 * const vectors = await encoder.encode(['What is 2 + 2?']); // shape [1, 128]
 */
export async function englishEncoder(options: EnglishEncoderOptions = {}): Promise<StaticEncoder> {
  const { baseURL = new URL('../data/', import.meta.url), fetch = globalThis.fetch } = options;
  const folder = new URL(baseURL);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  const { signal } = options;
  signal?.throwIfAborted();
  const [tokenizer, weights] = await Promise.all(
    FILES.map(async (name) => {
      const { href } = new URL(name, folder);
      const refusal = (reason: string, cause?: unknown): EmbedLLMError =>
        new EmbedLLMError(
          `${href} cannot be read: ${reason}. Serve the folder data of @embedllm/encoder-english and set \`baseURL\` to its address.`,
          { code: 'io', cause },
        );
      const response = await fetch(href, { ...(signal && { signal }) }).catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw refusal(cause instanceof Error ? cause.message : String(cause), cause);
      });
      if (response.ok) return new Uint8Array(await response.arrayBuffer());
      throw refusal(`the server answered ${response.status}`);
    }),
  );
  return createStaticEncoder({ tokenizer: tokenizer!, weights: weights!, name: NAME });
}
