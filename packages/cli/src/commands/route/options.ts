import type { ArtifactOptions } from '../../inputs/artifact-options.js';
import type { PriceOptions } from '../../inputs/price-list.js';
import type { PolicyOptions } from './policy-options.js';

/** Options of `embedllm route`. */
export interface RouteCommandOptions extends ArtifactOptions, PolicyOptions, PriceOptions {
  /** File of questions, `-` for standard input. @default standard input where no question is typed */
  readonly input?: string | undefined;
  /** What the file has in each line. @default jsonl by its extension, else text */
  readonly inputFormat?: 'text' | 'jsonl' | undefined;
  /** Candidates to list. @default 3 */
  readonly top: number;
}
