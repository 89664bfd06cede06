import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Artifact, FetchPretrainedOptions } from '@embedllm/core';
import * as portable from './index.js';

export * from './index.js';

type Fetch = NonNullable<FetchPretrainedOptions['fetch']>;

/** As in browsers, but reads files of the package from the disk. */
export function pretrained(options: portable.PretrainedOptions = {}): Promise<Artifact> {
  return portable.pretrained({ ...options, fetch: options.fetch ?? readOrFetch });
}

/** As in browsers, but reads files of the package from the disk. */
export function questionBank(
  options: portable.PretrainedOptions = {},
): Promise<portable.QuestionBank> {
  return portable.questionBank({ ...options, fetch: options.fetch ?? readOrFetch });
}

const readOrFetch: Fetch = async (url, init) => {
  if (!url.startsWith('file:')) return globalThis.fetch(url, init);
  return new Response(new Uint8Array(await readFile(fileURLToPath(url), { signal: init.signal })));
};
