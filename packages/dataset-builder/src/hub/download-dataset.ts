import { type PulledRepository, type PullOptions, pullRepository } from './pull-repository.js';

/** Options of `downloadDataset`. */
export type DownloadDatasetOptions = PullOptions;

/**
 * Downloads a data set of the Hugging Face hub, by default the published one of EmbedLLM, into the
 * cache that huggingface_hub uses too. A second call reads from there: with a commit as `revision`
 * or with `offline` it asks the hub nothing. See `pullRepository` for errors.
 *
 * @param id - As `owner/name`.
 * @returns where the files are and which commit they are of.
 *
 * @example
 * <!-- no-run: downloads from the hub -->
 * ```ts
 * const { directory, commit } = await downloadDataset('RZ412/EmbedLLM', { revision: 'main' });
 * const { correctness } = await readEvaluationFolder(directory);
 * ```
 */
export function downloadDataset(
  id: string = 'RZ412/EmbedLLM',
  options: DownloadDatasetOptions = {},
): Promise<PulledRepository> {
  return pullRepository({ ...options, repo: id, type: 'dataset' });
}
