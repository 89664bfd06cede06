import type { EvaluationDataset } from '@embedllm/core';

/** Names that differ in nothing but case and white space: two models, or a slip. */
export function alikeNames({
  models,
  questions,
}: Pick<EvaluationDataset, 'models' | 'questions'>): string[] {
  const kinds = [
    ['Models', models.map(({ name }) => name)],
    ['Categories', [...new Set(questions.map(({ category }) => category))]],
  ] as const;
  return kinds.flatMap(([kind, names]) => {
    const groups = new Map<string, string[]>();
    for (const name of names) {
      const key = name.trim().toLowerCase();
      groups.set(key, [...(groups.get(key) ?? []), name]);
    }
    const alike = [...groups.values()].filter(({ length }) => length > 1);
    if (alike.length === 0) return [];
    const listed = alike.slice(0, 5).map((group) => group.map((name) => `"${name}"`).join(' and '));
    const more = alike.length > 5 ? `, and ${alike.length - 5} more` : '';
    return [`${kind} that differ only in case count separately: ${listed.join(', ')}${more}.`];
  });
}
