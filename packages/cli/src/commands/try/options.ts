import type { CollectCommandOptions } from '../collect/options.js';
import type { Reuse } from './reused-answers.js';

/** Options of `embedllm try`. */
export interface TryOptions extends CollectCommandOptions {
  /** Folder of the artifact whose router is tried. @default 'artifact' */
  readonly artifact: string;
  /** The model that answers everything at present, by its name in the artifact. */
  readonly best?: string | undefined;
  /** The share of its quality to keep, above 0 and up to 1. @default 0.95 */
  readonly share: number;
  /** How sure to be, 0.5 to below 1. @default 0.9 */
  readonly confidence: number;
  /** Requests to draw whose answers are marked. @default 60 */
  readonly draws: number;
  /** Whether the outcomes in the gateway's log are the marks, and nobody is asked. @default false */
  readonly outcomes?: boolean | undefined;
  /** What a gateway's log has that need not be asked and marked again. @default nothing */
  readonly reuse?: Reuse | undefined;
  /** The page. @default 'try.html' */
  readonly page: string;
}
