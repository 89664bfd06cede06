import { EmbedLLMError } from '@embedllm/core';
import picomatch from 'picomatch';
import type { HubFile } from './hub-file.js';
import { describeRepository, type Repository } from './repository.js';

/** Chooses files by their paths in the repository. */
export type FileSelection = readonly string[] | ((path: string) => boolean);

/** Of the published data set: the tables, and the question embeddings that go with them. */
const EMBEDLLM_FILES: readonly string[] = [
  'README.md',
  'train.csv',
  'val.csv',
  'test.csv',
  'question_order.csv',
  'model_order.csv',
  'question_embeddings.pth',
];

/** Tables, logs and what describes them, at any depth. */
const DATASET_FILES: readonly string[] = [
  'README.md',
  'LICENSE*',
  '*.{csv,tsv,jsonl,json,parquet}',
  '*.{csv,tsv,jsonl,json}.gz',
  '*.npy',
];

/** What is downloaded unless `files` says otherwise. */
function defaultFiles({ type, name }: Repository): FileSelection {
  if (type === 'model') return () => true;
  return name === 'RZ412/EmbedLLM' ? EMBEDLLM_FILES : DATASET_FILES;
}

/**
 * The files that a selection names, in the order of the listing.
 *
 * @throws EmbedLLMError `invalid-argument` when a pattern, or the whole selection, names none.
 */
export function selectFiles(
  repository: Repository,
  files: readonly HubFile[],
  selection: FileSelection | undefined,
): HubFile[] {
  const chosen = selection ?? defaultFiles(repository);
  const matches = typeof chosen === 'function' ? chosen : matcher(chosen);
  const selected = files.filter(({ path }) => matches(path));
  // Of a user's own patterns each must name something: a typing error is not a smaller data set.
  const idle =
    selection === undefined || typeof selection === 'function'
      ? []
      : selection.filter((pattern) => !files.some(({ path }) => matcher([pattern])(path)));
  if (selected.length > 0 && idle.length === 0) return selected;
  const paths = files.slice(0, 10).map(({ path }) => path);
  const missing = idle.length > 0 ? idle.join(', ') : 'the requested files';
  const more = files.length > paths.length ? ', …' : '';
  throw new EmbedLLMError(
    `${describeRepository(repository)} has no file ${missing}. Available: ${paths.join(', ')}${more}`,
    { code: 'invalid-argument' },
  );
}

/** A pattern without slash holds at any depth. */
function matcher(patterns: readonly string[]): (path: string) => boolean {
  const anywhere = patterns.map((pattern) => (pattern.includes('/') ? pattern : `**/${pattern}`));
  return picomatch(anywhere, { dot: true, strictSlashes: true });
}
