import { readFileSync } from 'node:fs';

const BANK = new URL('../../pretrained/data/mmlu-pro/questions.jsonl', import.meta.url);

/** The questions of MMLU-Pro that @embedllm/pretrained comes with: 840 texts with their options. */
export function bankTexts(): string[] {
  const lines = readFileSync(BANK, 'utf8').trim().split('\n');
  return lines.map((line): string => JSON.parse(line).prompt);
}
