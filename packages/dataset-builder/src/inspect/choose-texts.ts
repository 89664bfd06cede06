import { cutShared } from '../question-text/cut-shared.js';
import type { InspectPrompt } from './inspect-prompt.js';

/**
 * The text of each question of a log. Where the input is not in what the model was shown, or
 * several questions have one text, that is what it was shown, without the instructions that these
 * share; as long as it differs, and tells at least as many questions apart: an agent may be shown
 * the same words for all questions, and find the input in a file.
 */
export function chooseTexts(prompts: readonly InspectPrompt[]): string[] {
  const counts = new Map<string, number>();
  for (const { found } of prompts) counts.set(found, (counts.get(found) ?? 0) + 1);
  const turns: string[] = [];
  const replaced = new Map<InspectPrompt, number>();
  for (const prompt of prompts) {
    if (prompt.turn === undefined) continue;
    if (prompt.holdsInput && counts.get(prompt.found) === 1) continue;
    replaced.set(prompt, turns.length);
    turns.push(prompt.turn);
  }
  const cut = cutShared(turns);
  const before = new Set(Array.from(replaced.keys(), ({ found }) => found)).size;
  const isBetter = new Set(cut).size >= Math.max(2, before);
  return prompts.map((prompt) => {
    const position = replaced.get(prompt);
    return isBetter && position !== undefined ? (cut[position] ?? '') : prompt.found;
  });
}
