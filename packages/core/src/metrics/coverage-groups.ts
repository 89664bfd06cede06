import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { MISSING } from '../correctness/label-storage.js';

/** Questions of a rarer pattern are too few to say how hard such questions are. */
const MINIMUM_QUESTIONS = 30;

/**
 * Groups questions by which models were asked them: usually those of one benchmark, which may be
 * harder than another. Questions of rare patterns are one group together.
 *
 * @returns the group of each question, length Q, from 0; and how many groups there are.
 */
export function coverageGroups(truth: CorrectnessMatrix): {
  readonly groups: Uint32Array;
  readonly count: number;
} {
  const patterns = new Map<string, number[]>();
  for (let question = 0; question < truth.questionCount; question++) {
    const pattern = patternOf(truth.row(question));
    const members = patterns.get(pattern);
    if (members) members.push(question);
    else patterns.set(pattern, [question]);
  }
  const groups = new Uint32Array(truth.questionCount);
  let count = 1;
  for (const members of patterns.values()) {
    if (members.length < MINIMUM_QUESTIONS) continue;
    for (const question of members) groups[question] = count;
    count++;
  }
  return { groups, count };
}

/** Sixteen models to a character: equal where the same models were asked. */
function patternOf(labels: Uint8Array): string {
  const words = new Array<number>(Math.ceil(labels.length / 16)).fill(0);
  labels.forEach((label, model) => {
    if (label === MISSING) return;
    const word = Math.floor(model / 16);
    words[word] = words[word]! | (1 << (model % 16));
  });
  return words.map((word) => String.fromCharCode(word)).join('');
}
