import type { EvaluationDataset } from '@embedllm/core';
import { quantity } from '@embedllm/internals';

/**
 * Names that differ only in case, white space or how accents are encoded (é as one character or two), and
 * ids of questions that differ only in the last: two things, or a slip.
 */
export function alikeNames({
  models,
  questions,
}: Pick<EvaluationDataset, 'models' | 'questions'>): string[] {
  const kinds = [
    ['Models', models.map(({ name }) => name), folded],
    ['Categories', [...new Set(questions.map(({ category }) => category))], folded],
    ['Questions', questions.map(({ id }) => id), composed],
  ] as const;
  return kinds.flatMap(([kind, names, formOf]) => {
    const groups = new Map<string, string[]>();
    for (const name of names) {
      const key = formOf(name);
      groups.set(key, [...(groups.get(key) ?? []), name]);
    }
    const alike = [...groups.values()].filter(({ length }) => length > 1);
    if (alike.length === 0) return [];
    const listed = alike.slice(0, 5).map((group) => group.map((name) => `"${name}"`).join(' and '));
    const more = alike.length > 5 ? `, and ${alike.length - 5} more` : '';
    return [
      `${kind} that differ only ${differenceOf(alike)} count separately: ${listed.join(', ')}${more}.`,
    ];
  });
}

/** Says that a new model is called almost like a known one; empty where it is not. */
export function alikeModel(name: string, known: readonly string[]): string {
  const other = known.includes(name)
    ? undefined
    : known.find((one) => folded(one) === folded(name));
  if (other === undefined) return '';
  return `The model "${name}" counts separately from "${other}", from which it differs only ${differenceOf([[name, other]])}.`;
}

/** Says how many unknown ids or texts of questions are known ones, but for how accents are encoded. */
export function alikeQuestions(unknown: readonly string[], known: readonly string[]): string {
  const byForm = new Map(known.map((name) => [composed(name), name]));
  const alike = unknown.filter((name) => byForm.has(composed(name)));
  const [first] = alike;
  if (first === undefined) return '';
  return ` ${quantity(alike.length, 'question')} of these, such as "${first.slice(0, 80)}", ${alike.length === 1 ? 'differs' : 'differ'} from one of the dataset only ${differenceOf([[first, composed(first)]])}.`;
}

function composed(name: string): string {
  return name.normalize('NFC');
}

function folded(name: string): string {
  return composed(name).trim().toLowerCase();
}

function differenceOf(alike: readonly (readonly string[])[]): string {
  const isEncoding = alike.some((group) => new Set(group.map(composed)).size < group.length);
  return isEncoding ? 'in how accents are encoded (Unicode NFC or NFD)' : 'in case or white space';
}
