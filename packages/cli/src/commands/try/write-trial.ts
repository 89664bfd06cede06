import { quantity } from '@embedllm/internals';
import { renderTrial, type TrialContent, trialVerdict } from '@embedllm/report';
import { replaceFile } from '../../output/replace-file.js';
import type { Context } from '../../program/context.js';
import { EXIT_CODES } from '../../program/exit-code.js';
import type { TryOptions } from './options.js';

/** Writes the page, and says what was found. @returns the exit code. */
export async function writeTrial(
  context: Context,
  { page, share, confidence }: TryOptions,
  found: Omit<TrialContent, 'generatedAt' | 'share' | 'confidence'>,
): Promise<number> {
  const generatedAt = new Date().toISOString();
  const content: TrialContent = { ...found, share, confidence, generatedAt };
  const file = context.path(page);
  await replaceFile(file, renderTrial(content));
  context.result(
    content,
    () => `${trialVerdict(content)}\n${quantity(content.marks, 'marked answer')}. Page: ${file}`,
  );
  return content.passed ? EXIT_CODES.ok : EXIT_CODES.checkFailed;
}
