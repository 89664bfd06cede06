import type { ScorerName } from '@embedllm/dataset-builder/collect';

/** Options of `embedllm init`. */
export interface InitOptions {
  /** Models to ask, as `embedllm collect` takes them. @default those that one is asked for */
  readonly models?: readonly string[] | undefined;
  /** Prices of models by name: `[input, output]` in US dollars per million tokens. */
  readonly price?: ReadonlyMap<string, readonly [number, number]> | undefined;
  /** Which questions of `@embedllm/pretrained` to ask. @default 'mmlu-pro' */
  readonly bank: 'mmlu-pro' | 'zeroeval';
  /** Table of the user's own questions with right answers, all of which are asked too. @default none */
  readonly questions?: string | undefined;
  /** Of own questions that name none. */
  readonly scorer?: ScorerName | undefined;
  /** The most questions of the bank to ask each model. @default 40 */
  readonly count: number;
  /** Draws other questions of the bank. @default 0 */
  readonly seed: number;
  /** The most US dollars to spend. @default no limit */
  readonly budget?: number | undefined;
  /** The most tokens of an answer. @default 4096 */
  readonly maxOutputTokens: number;
  /** Calls of each model at a time. @default 4 */
  readonly concurrency: number;
  /** Variable with the key of servers that are named by their addresses. @default none */
  readonly apiKeyEnv?: string | undefined;
  /** Ask without a question first. */
  readonly yes?: boolean | undefined;
  /** Say what would be asked, and ask nothing. */
  readonly dryRun?: boolean | undefined;
  /** Folder to write into. @default '.' */
  readonly output: string;
  /** Replace files of an earlier run. */
  readonly overwrite?: boolean | undefined;
}
