import type { EvaluationDataset } from '@embedllm/core';

/**
 * Names that differ only in case, white space or how accents are encoded (é as one character or two), and
 * ids of questions that differ only in the last: two things, or a slip.
 */
export function alikeNames({
  models,
  questions,
}: Pick<EvaluationDataset, 'models' | 'questions'>): string[] {
  const composed = (name: string): string => name.normalize('NFC');
  const folded = (name: string): string => composed(name).trim().toLowerCase();
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
    const isEncoding = alike.some((group) => new Set(group.map(composed)).size < group.length);
    const what = isEncoding ? 'in how accents are encoded (Unicode NFC or NFD)' : 'in case';
    return [`${kind} that differ only ${what} count separately: ${listed.join(', ')}${more}.`];
  });
}
