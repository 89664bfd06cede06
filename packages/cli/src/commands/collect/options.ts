import type { ReadQuestionsOptions, ScorerName } from '@embedllm/dataset-builder/collect';
import type { PriceOptions } from '../../inputs/price-list.js';

/** Options of `embedllm collect`. */
export interface CollectCommandOptions
  extends PriceOptions,
    Pick<
      ReadQuestionsOptions,
      'questionColumn' | 'promptColumn' | 'categoryColumn' | 'keyColumn' | 'scorerColumn'
    > {
  /** Whom to ask, as `openai:gpt-5-mini` or `name=openai:gpt-5-mini`. @default `models` of the configuration */
  readonly model?: readonly string[] | undefined;
  /** Table of questions. */
  readonly questions?: string | undefined;
  /** Log of requests to draw prompts from, instead of a table. */
  readonly from?: string | undefined;
  /** The most prompts to draw from it. @default 100 */
  readonly sample?: number | undefined;
  /** Another one draws other prompts. @default 0 */
  readonly seed?: number | undefined;
  /** For questions that name none. */
  readonly scorer?: ScorerName | undefined;
  /** Run programs in Python, where their scorer is `python`. @default false */
  readonly allowPython?: boolean | undefined;
  /** Model that judges the answers to questions that name no scorer. */
  readonly judge?: string | undefined;
  /** File that says what makes an answer right, for the judge. */
  readonly rubric?: string | undefined;
  /** Table of answers that people marked, which the judge has to agree with first. */
  readonly judgeExamples?: string | undefined;
  /** Share of the examples on which the judge must agree. @default 0.8 */
  readonly minAgreement: number;
  /** Record of the answers, which grows. @default 'answers.jsonl' */
  readonly output: string;
  /** US dollars that the record may cost. @default no limit */
  readonly budget?: number | undefined;
  /** Of an answer, hidden reasoning included. @default 4096 */
  readonly maxOutputTokens: number;
  /** Calls of each model at a time. @default 4 */
  readonly concurrency: number;
  /** Of each model. @default no limit */
  readonly requestsPerMinute?: number | undefined;
  /** Of each model. @default no limit */
  readonly tokensPerMinute?: number | undefined;
  /** Of all models. @default the providers' */
  readonly temperature?: number | undefined;
  /** Further tries of a call that may succeed later. @default 4 */
  readonly maxRetries: number;
  /** Seconds to wait for an answer. @default 300 */
  readonly timeout: number;
  /** Environment variable with the key of servers named by their addresses. @default none */
  readonly apiKeyEnv?: string | undefined;
  /** False leaves alone what failed in an earlier run. @default true */
  readonly retryErrors: boolean;
  /** Say calls, tokens and dollars, and ask nothing. @default false */
  readonly dryRun?: boolean | undefined;
  /** Score the answers of the record again, and ask nothing. @default false */
  readonly rescore?: boolean | undefined;
}
