import type { Scorer } from '../scoring/scorer.js';
import type { CollectRecord } from './collect-record.js';

/** An output, and what is known of how it came about. */
export interface CollectedOutput {
  readonly output: string;
  readonly prompt: string;
  readonly instructions: string | undefined;
  readonly key: string | undefined;
  readonly finishReason: string | undefined;
  readonly maxOutputTokens: number | undefined;
}

/**
 * Scores an output for the record. One that was cut off and is not right is undecided: what is
 * missing is the collection's limit, not the model's answer.
 */
export async function scoreOutput(
  scorer: Scorer,
  { finishReason, maxOutputTokens, ...answer }: CollectedOutput,
  signal: AbortSignal | undefined,
): Promise<Pick<CollectRecord, 'outcome' | 'answer' | 'reason' | 'cost'>> {
  const score = await scorer.score({ ...answer, signal });
  const { cost = 0 } = score;
  if (finishReason === 'length' && (score.outcome ?? 0) < 1) {
    const reason = `The output was cut off at ${maxOutputTokens ?? 'its limit of'} tokens. Raise maxOutputTokens.`;
    return { outcome: null, answer: score.answer, reason, cost };
  }
  return { outcome: score.outcome ?? null, answer: score.answer, reason: score.reason, cost };
}
