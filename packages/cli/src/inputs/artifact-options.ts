import { type Command, Option } from 'commander';
import { integer } from '../program/option-types.js';
import type { EncoderAccess } from './restore-artifact-encoder.js';

/** Which artifact a command uses, and how to reach its encoder. */
export interface ArtifactOptions extends EncoderAccess {
  /** Folder of the artifact. @default 'artifact' */
  readonly artifact: string;
}

/** Adds `--artifact` and what reaching its encoder may need. */
export function addArtifactOptions(command: Command): Command {
  return command
    .addOption(new Option('-a, --artifact <folder>', 'folder of the artifact').default('artifact'))
    .option('--encoder-folder <folder>', 'local folder of its transformers.js model')
    .option('--encoder-url <url>', 'address of its embeddings API')
    .option('--api-key-env <name>', 'environment variable with the key of that API')
    .addOption(
      new Option('--batch-size <integer>', 'questions per batch or request').argParser(
        integer({ min: 1, max: 4096 }),
      ),
    );
}
