/** What answers are compared by. */
export const KEYS = ['choice', 'number', 'text', 'json', 'regex'] as const;

/** Options of `embedllm cascade`. */
export interface CascadeCommandOptions {
  /** Models that are asked first. */
  readonly ask?: readonly string[] | undefined;
  /** The model that answers where they disagree. */
  readonly escalate?: string | undefined;
  /** @default by the scorer of the record */
  readonly key?: (typeof KEYS)[number] | undefined;
  /** Of `--key regex`. */
  readonly pattern?: string | undefined;
  /** @default 'all' */
  readonly agree: 'all' | 'majority';
  /** Of the better model's quality to keep. @default 0.95 */
  readonly share: number;
  /** @default 0.9 */
  readonly confidence: number;
}
