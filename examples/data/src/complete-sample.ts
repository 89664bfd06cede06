// The answers on record, which stand in for models that could be asked.
import { type EvaluationDataset, MISSING } from '@embedllm/core';
import { taskOf } from './recorded-harness.js';
import { readSample } from './sample.js';

/** Accuracy on all questions of each task, which a real pipeline never sees. */
export function trueAccuracies(recorded: EvaluationDataset, name: string): Map<string, number> {
  const { questions: all, correctness: labels } = recorded;
  const model = labels.models.indexOf(name);
  const counts = new Map<string, { right: number; all: number }>();
  all.forEach(({ category }, index) => {
    const task = taskOf(category);
    const count = counts.get(task) ?? { right: 0, all: 0 };
    counts.set(task, {
      right: count.right + (labels.get(index, model) ?? 0),
      all: count.all + 1,
    });
  });
  return new Map([...counts].map(([task, { right, all }]) => [task, right / all]));
}

/** The first 60 questions of each subject that every model answered: logs of all would be large. */
export async function readCompleteSample(): Promise<EvaluationDataset> {
  const { questions: all, models: pool, correctness: labels } = await readSample();
  const taken = new Map<string, number>();
  const seen = new Set<string>();
  const kept = [...all.keys()].filter((index) => {
    const { prompt = '', category = '' } = all[index] ?? {};
    // The benchmark asks a few questions twice.
    if (labels.row(index).includes(MISSING) || seen.has(prompt)) return false;
    seen.add(prompt);
    const count = taken.get(category) ?? 0;
    taken.set(category, count + 1);
    return count < 60;
  });
  return {
    questions: kept.flatMap((index) => all[index] ?? []),
    models: pool,
    correctness: labels.selectQuestions(kept),
  };
}
