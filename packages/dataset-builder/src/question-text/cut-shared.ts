import type { Question } from '@embedllm/core';

/**
 * Cuts off what prompts have in common: at the start up to the last blank line (or line break) that
 * they share, at the end from the first shared line break on. Prompts of which one would be left
 * empty stay as they are.
 */
export function cutShared(texts: readonly string[]): string[] {
  const [first = ''] = texts;
  if (texts.every((text) => text === first)) return [...texts];
  let prefix = first.length;
  let suffix = first.length;
  for (const text of texts) {
    prefix = Math.min(prefix, text.length);
    suffix = Math.min(suffix, text.length);
    let same = 0;
    while (same < prefix && text[same] === first[same]) same++;
    prefix = same;
    for (same = 0; same < suffix && text.at(-1 - same) === first.at(-1 - same); ) same++;
    suffix = same;
  }
  const shared = first.slice(0, prefix);
  const blank = shared.lastIndexOf('\n\n');
  const start = blank >= 0 ? blank + 2 : shared.lastIndexOf('\n') + 1;
  const newline = suffix === 0 ? -1 : first.slice(-suffix).indexOf('\n');
  const end = newline < 0 ? 0 : suffix - newline;
  const cut = texts.map((text) => text.slice(start, text.length - end).trim());
  return cut.includes('') ? [...texts] : cut;
}

/** Cuts off what the prompts of some questions have in common, see `cutShared`. */
export function cutSharedPrompts(questions: Question[], positions: readonly number[]): void {
  const whole = positions.flatMap((position) => questions[position] ?? []);
  const prompts = cutShared(whole.map(({ prompt }) => prompt));
  for (const [index, question] of whole.entries()) {
    questions[positions[index] ?? -1] = { ...question, prompt: prompts[index] ?? '' };
  }
}
