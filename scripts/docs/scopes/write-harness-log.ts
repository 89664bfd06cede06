// Writes a log as lm-evaluation-harness does, with the results next to it.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { categories, correctness, models, questions } from './pool.js';

const DATE = '2026-01-02T03-04-05.678901';
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** What a log is of. */
export interface HarnessLog {
  readonly directory: string;
  /** Position of the model in the pool. */
  readonly model: number;
  readonly tasks: readonly string[];
  /** Filters that each sample is logged for. */
  readonly filters: readonly string[];
  /** Name of the score. */
  readonly metric: string;
}

/** Writes the samples of each task and one results file; returns the paths of the samples. */
export async function writeHarnessLog(log: HarnessLog): Promise<string[]> {
  const { model, tasks, filters, metric } = log;
  const name = models[model]?.name ?? '';
  const directory = `${log.directory}/${name}`;
  await mkdir(directory, { recursive: true });
  const files: string[] = [];
  const counts: Record<string, { original: number; effective: number }> = {};
  for (const task of tasks) {
    const asked = questions.flatMap((_, q) => (categories[q] === task ? [q] : []));
    const samples = asked.flatMap((q, docId) => {
      const doc = { question: questions[q]?.prompt, answer: '#### 1' };
      const text = JSON.stringify(doc);
      const score = correctness.get(q, model) ?? 0;
      return filters.map((filter) => ({
        ...{
          doc_id: docId,
          doc,
          target: '1',
          arguments: {},
          resps: [['1']],
          filtered_resps: ['1'],
        },
        ...{ filter, metrics: [metric], doc_hash: hash(text), prompt_hash: hash(text) },
        ...{ target_hash: hash('1'), [metric]: score },
      }));
    });
    const file = `${directory}/samples_${task}_${DATE}.jsonl`;
    await writeFile(file, samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''));
    counts[task] = { original: asked.length, effective: asked.length };
    files.push(file);
  }
  const byTask = <T>(value: (task: string) => T) =>
    Object.fromEntries(tasks.map((task) => [task, value(task)]));
  const results = {
    results: byTask((task) => ({ alias: task })),
    group_subtasks: byTask(() => []),
    configs: byTask((task) => ({ task })),
    versions: byTask(() => 3),
    'n-samples': counts,
    config: { model: 'hf', model_args: `pretrained=${name}` },
    ...{ date: 1767323045, model_source: 'hf', model_name: name },
  };
  await writeFile(`${directory}/results_${DATE}.json`, JSON.stringify(results));
  return files;
}
