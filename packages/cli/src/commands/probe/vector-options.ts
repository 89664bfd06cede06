import { type Command, Option } from 'commander';

/** What is compared of an artifact's models. */
export interface VectorOptions {
  /** Folder of the artifact. @default 'artifact' */
  readonly artifact: string;
  /** Which dimensions of the embeddings. @default 'all' */
  readonly part: 'all' | 'factors' | 'ability' | 'weights';
  /** @default 'euclidean' */
  readonly metric: 'cosine' | 'euclidean';
}

/** Adds `--artifact`, `--part` and `--metric`. */
export function addVectorOptions(command: Command): Command {
  return command
    .addOption(new Option('-a, --artifact <folder>', 'folder of the artifact').default('artifact'))
    .addOption(
      new Option('--part <part>', 'part of the embeddings: see @embedllm/probes')
        .choices(['all', 'factors', 'ability', 'weights'])
        .default('all'),
    )
    .addOption(
      new Option('--metric <metric>', 'of distances')
        .choices(['cosine', 'euclidean'])
        .default('euclidean'),
    );
}
