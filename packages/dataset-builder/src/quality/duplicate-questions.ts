import type { EvaluationDataset } from '@embedllm/core';
import type { DuplicateGroup, DuplicateQuality, LabelConflict } from './quality-report.js';
import type { QuestionReferences } from './question-reference.js';

/**
 * The groups of questions of one text, and how far each model's labels agree within them; O(D M)
 * for D questions in groups.
 *
 * @param sameAs - The first question of the same text, of each question.
 */
export function inspectDuplicates(
  { questions, models, correctness }: EvaluationDataset,
  sameAs: ArrayLike<number>,
  references: QuestionReferences,
  listed: number,
): DuplicateQuality {
  const members = new Map<number, number[]>();
  for (let question = 0; question < questions.length; question++) {
    const first = sameAs[question]!;
    if (first === question) continue;
    const known = members.get(first);
    if (known) known.push(question);
    else members.set(first, [first, question]);
  }
  const groups: DuplicateGroup[] = [];
  const conflicts: LabelConflict[] = [];
  let comparisons = 0;
  let conflicting = 0;
  let questionCount = 0;
  for (const [first, group] of members) {
    questionCount += group.length;
    if (groups.length < listed) {
      groups.push({
        questions: group.map((question) => questions[question]?.id ?? ''),
        categories: [...new Set(group.map((question) => questions[question]?.category ?? ''))],
        excerpt: references.excerptOf(first),
      });
    }
    for (let model = 0; model < models.length; model++) {
      const right = group.filter((question) => correctness.get(question, model) === 1);
      const wrong = group.filter((question) => correctness.get(question, model) === 0);
      if (right.length + wrong.length > 1) comparisons++;
      const [correct] = right;
      const [incorrect] = wrong;
      if (correct === undefined || incorrect === undefined) continue;
      conflicting++;
      if (conflicts.length < listed) {
        conflicts.push({
          model: models[model]?.name ?? '',
          correct: questions[correct]?.id ?? '',
          incorrect: questions[incorrect]?.id ?? '',
        });
      }
    }
  }
  return {
    groups: { total: members.size, listed: groups },
    questionCount,
    comparisons,
    conflicts: { total: conflicting, listed: conflicts },
  };
}
