import { createScorer, type ScorerName } from './create-scorer.js';

/** Scorers that read the key before the output, and run nothing. */
const READING: ReadonlySet<ScorerName> = new Set([
  ...(['choice', 'number', 'python-literal', 'json', 'regex'] as const),
]);

/** Why a scorer could not compare anything with a key; `undefined` where it could. */
export async function keyProblem(
  scorer: ScorerName,
  { key, prompt }: { readonly key: string; readonly prompt: string },
): Promise<string | undefined> {
  if (!READING.has(scorer)) return undefined;
  const { outcome, reason } = await createScorer(scorer).score({ key, prompt, output: '' });
  return outcome === undefined ? reason : undefined;
}
