import {
  type Artifact,
  EmbedLLMError,
  type FetchPretrainedOptions,
  fetchPretrained,
} from '@embedllm/core';
import { type Collection, checkCollection } from './collections.js';
import { parseBank, type QuestionBank } from './question-bank.js';

/** Options of `pretrained` and `questionBank`. */
export interface PretrainedOptions extends Pick<FetchPretrainedOptions, 'signal' | 'onProgress'> {
  /** @default 'mmlu-pro' */
  readonly collection?: Collection | undefined;
  /**
   * Where this package's folder `data` is served, for bundles that leave it behind.
   *
   * @default next to this module
   */
  readonly baseURL?: string | URL | undefined;
  /** Makes the requests. @default globalThis.fetch, and in Node the file system for files */
  readonly fetch?: FetchPretrainedOptions['fetch'];
}

type Fetch = NonNullable<FetchPretrainedOptions['fetch']>;

/** One encoder serves all collections, so that it is there once. */
const ENCODER = /\/[^/]+\/encoder\/([^/]+)$/;

/** Loads an artifact of the folder `data`. */
export function loadArtifact(
  data: URL,
  fetch: Fetch,
  options: PretrainedOptions,
): Promise<Artifact> {
  const folder = new URL(`${checkCollection(options.collection ?? 'mmlu-pro')}/`, data);
  return fetchPretrained(folder, {
    signal: options.signal,
    onProgress: options.onProgress,
    fetch: (url, init) => fetch(url.replace(ENCODER, '/encoder/$1'), init),
  });
}

/** Loads a question bank of the folder `data`. */
export async function loadBank(
  data: URL,
  fetch: Fetch,
  options: PretrainedOptions,
): Promise<QuestionBank> {
  const collection = checkCollection(options.collection ?? 'mmlu-pro');
  const url = new URL(`${collection}/questions.jsonl`, data).href;
  const signal = options.signal ?? new AbortController().signal;
  const response = await fetch(url, { signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmbedLLMError(
      `${url} cannot be read: ${reason}. Serve the folder data of @embedllm/pretrained and set \`baseURL\` to its address.`,
      { code: 'io', cause },
    );
  });
  return parseBank(await response.text(), { collection, file: url, status: response.status });
}
