import type { ArtifactOptions } from '../../inputs/artifact-options.js';
import type { DataOptions } from '../../inputs/data-options.js';
import type { PriceOptions } from '../../inputs/price-list.js';

/** Options of `embedllm report`. */
export interface ReportCommandOptions extends DataOptions, ArtifactOptions, PriceOptions {
  /** HTML file to write; with `--json` only where it is named. @default 'report.html' */
  readonly output?: string | undefined;
  /** @default 'Evaluation report' */
  readonly title?: string | undefined;
  /** Questions to route as examples, besides some of the test questions. @default none */
  readonly example?: readonly string[] | undefined;
  /** Splits of the comparison with baselines; 0 leaves it out. @default 5 */
  readonly splits: number;
  /** Benchmarks that are forecast by training without them; 0 leaves this out. @default 10 */
  readonly heldOut: number;
  /** Vectors of the questions, from encode or .npy. @default the artifact's encoder makes them */
  readonly embeddings?: string | undefined;
}
