import type { ArtifactOptions } from '../../inputs/artifact-options.js';
import type { DataOptions } from '../../inputs/data-options.js';
import type { PriceOptions } from '../../inputs/price-list.js';
import type { SplitPart } from '../../inputs/split-parts.js';
import type { VerdictFileOptions } from '../../output/verdict-file-options.js';
import type { PolicyOptions } from '../route/policy-options.js';

/** Options of `embedllm evaluate`. */
export interface EvaluateOptions
  extends DataOptions,
    ArtifactOptions,
    PriceOptions,
    VerdictFileOptions,
    Partial<
      Pick<
        PolicyOptions,
        'policy' | 'lambda' | 'floor' | 'prefer' | 'margin' | 'allow' | 'deny' | 'maxCost'
      >
    > {
  /** Which questions. @default 'test' */
  readonly split: SplitPart | 'all';
  /** Figures of each category too. @default false */
  readonly byCategory?: boolean | undefined;
  /** Vectors of the questions, from encode or .npy. @default the artifact's encoder makes them */
  readonly embeddings?: string | undefined;
  /**
   * Share of the words to misspell, 0 to 1: also measures how many questions then go to another
   * model.
   *
   * @default not measured
   */
  readonly typingErrors?: number | undefined;
  /**
   * Checks such as `auroc>=0.8`: the exit code is 1 when one fails, else 5 when one is undecided.
   * @default none
   */
  readonly require?: readonly string[] | undefined;
  /** Questions with labels that a check needs; with fewer it is undecided. @default 20 */
  readonly minQuestions?: number | undefined;
  /** Decisions of a gateway, on which a policy is judged instead of an artifact. @default none */
  readonly log?: string | undefined;
  /** `log`: of the intervals, 0.5 to 0.999. @default 0.95 */
  readonly confidence?: number | undefined;
}
