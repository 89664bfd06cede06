import type { Artifact } from '@embedllm/core';
import { loadArtifact, loadBank, type PretrainedOptions } from './load.js';
import type { QuestionBank } from './question-bank.js';

export { COLLECTIONS, type Collection } from './collections.js';
export type { PretrainedOptions } from './load.js';
export type { BankQuestion, BankScorer, QuestionBank } from './question-bank.js';

/**
 * An artifact trained on public records of real models, for `Router.fromPretrained`.
 *
 * @throws EmbedLLMError `invalid-argument` on an unknown collection, `io` where its files are not
 * served; and what `decodeArtifact` throws.
 */
export function pretrained(options: PretrainedOptions = {}): Promise<Artifact> {
  return loadArtifact(dataOf(options), options.fetch ?? globalThis.fetch, options);
}

/**
 * Questions with answer keys, to find out how good other models are.
 *
 * @throws as `pretrained`.
 */
export function questionBank(options: PretrainedOptions = {}): Promise<QuestionBank> {
  return loadBank(dataOf(options), options.fetch ?? globalThis.fetch, options);
}

function dataOf({ baseURL = new URL('../data/', import.meta.url) }: PretrainedOptions): URL {
  const url = new URL(baseURL);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
