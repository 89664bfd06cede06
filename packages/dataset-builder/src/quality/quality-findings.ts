import { percent } from '@embedllm/internals';
import type { QualityFinding, QualityReport } from './quality-report.js';

/** A category with a smaller or larger share of correct answers says little about models. */
const ONE_SIDED = 0.05;

/** A smaller share than this of questions that all models answer alike is usual. */
const MANY_UNANIMOUS = 0.2;

/** What a report says that calls for attention, warnings first. */
export function findingsOf(report: Omit<QualityReport, 'findings'>): QualityFinding[] {
  const warnings: QualityFinding[] = [];
  const notes: QualityFinding[] = [];
  const warn = (code: QualityFinding['code'], message: string): void => {
    warnings.push({ severity: 'warning', code, message });
  };
  const note = (code: QualityFinding['code'], message: string): void => {
    notes.push({ severity: 'note', code, message });
  };
  const { duplicates, leakage } = report;
  if (report.labelCount === 0) warn('no-labels', 'No model has any labels.');
  for (const { from, to, same, near, share } of leakage?.counts ?? []) {
    if (same + near === 0) continue;
    warn(
      'leakage',
      `${countOf(same + near, 'question')} of ${to} (${percent(share)}) ${same + near === 1 ? 'is' : 'are'} also in ${from}: ${same} with the same text, ${near} with a similar one. Split again with near-duplicates in one part: splitQuestions({ groups }), or build --group-duplicates on the command line.`,
    );
  }
  if (duplicates.conflicts.total > 0) {
    warn(
      'conflicts',
      `In ${duplicates.conflicts.total} of ${duplicates.comparisons} cases (${percent(duplicates.conflicts.total / duplicates.comparisons)}) a model has both labels on the same text.`,
    );
  }
  if (report.emptyPrompts.total > 0) {
    warn('empty-prompts', `${countOf(report.emptyPrompts.total, 'question')} without text.`);
  }
  if (report.modelsWithFewLabels.total > 0) {
    warn(
      'few-labels-model',
      `${countOf(report.modelsWithFewLabels.total, 'model')} with few labels, such as ${report.modelsWithFewLabels.listed[0]?.name ?? ''}.`,
    );
  }
  if (report.questionsWithFewLabels.total > 0) {
    warn(
      'few-labels-question',
      `${countOf(report.questionsWithFewLabels.total, 'question')} with few labels.`,
    );
  }
  if (report.gaps.total > 0) {
    note(
      'coverage-gap',
      `${report.gaps.total} of ${report.categories.length * report.modelCount} pairs of model and category have few labels.`,
    );
  }
  for (const { category, accuracy } of report.categories) {
    if (accuracy === undefined || (accuracy >= ONE_SIDED && accuracy <= 1 - ONE_SIDED)) continue;
    note('one-sided-category', `${percent(accuracy)} of the labels of ${category} are correct.`);
  }
  const unanimous = report.allCorrect.total + report.noneCorrect.total;
  if (unanimous > MANY_UNANIMOUS * report.questionCount) {
    note(
      'unanimous',
      `${countOf(unanimous, 'question')} (${percent(unanimous / report.questionCount)}) that all models answer alike, so they do not distinguish models.`,
    );
  }
  if (duplicates.groups.total > 0) {
    note(
      'duplicates',
      `${duplicates.questionCount} questions share ${countOf(duplicates.groups.total, 'text')}.`,
    );
  }
  for (const { measure, pairs, threshold, skipped } of report.nearDuplicates) {
    if (pairs.total > 0) {
      note(
        'near-duplicates',
        `${countOf(pairs.total, 'pair')} of similar questions (${measure} at least ${threshold}).`,
      );
    }
    if (skipped > 0) {
      note('skipped', `${skipped} candidates were not compared (${measure}): raise maxNeighbours.`);
    }
  }
  return [...warnings, ...notes];
}

/** "1 question", "2 questions". */
export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
