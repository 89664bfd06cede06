import { checkInteger } from '@embedllm/internals';
import type { Topic } from './topics.js';

/** A model of the pool before its skills are drawn. */
export interface RosterEntry {
  readonly name: string;
  readonly family: string;
  readonly parametersBillion: number;
  readonly speciality?: Topic;
}

type Line = readonly [family: string, parametersBillion: number, suffix?: string, topic?: Topic];

/** Mixed so that a short pool has several families, sizes and specialists too. */
const LINES: readonly Line[] = [
  ['alder', 240],
  ['birch', 32],
  ['cedar', 22, 'law', 'law'],
  ['hazel', 14, 'med', 'medicine'],
  ['linden', 12],
  ['maple', 4],
  ['rowan', 65],
  ['alder', 18, 'code', 'code'],
  ['birch', 32, 'math', 'mathematics'],
  ['cedar', 180],
  ['hazel', 3],
  ['linden', 12, 'sense', 'commonsense'],
  ['maple', 34, 'logic', 'logic'],
  ['rowan', 16, 'atlas', 'knowledge'],
  ['linden', 20, 'reader', 'language'],
  ['alder', 72],
  ['birch', 110],
  ['cedar', 22],
  ['hazel', 70],
  ['maple', 34],
  ['rowan', 1.5],
  ['linden', 46],
  ['hazel', 14],
  ['alder', 9],
];

/**
 * The first `count` models of the roster; past its end the same lines return as version 2, 3, ...
 *
 * @throws EmbedLLMError `invalid-argument` when `count` is not an integer from 1 to 1000.
 */
export function roster(count: number): RosterEntry[] {
  checkInteger('The number of models', count, { min: 1, max: 1000 });
  return Array.from({ length: count }, (_, index) => {
    const [family, parametersBillion, suffix, speciality] = LINES[index % LINES.length] as Line;
    const version = Math.floor(index / LINES.length) + 1;
    const parts = [family, ...(version > 1 ? [`v${version}`] : []), `${parametersBillion}b`];
    return {
      name: [...parts, ...(suffix ? [suffix] : [])].join('-'),
      family,
      parametersBillion,
      ...(speciality ? { speciality } : {}),
    };
  });
}
