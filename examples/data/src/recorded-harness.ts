// Stands in for `lm_eval --tasks ... --log_samples --output_path logs [--samples samples.json]`:
// writes the files that lm-evaluation-harness writes, with the answers on record.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationDataset } from '@embedllm/core';

/** One run of the harness. */
export interface HarnessRunOptions {
  readonly data: EvaluationDataset;
  /** Name of the model. */
  readonly model: string;
  /** Folder of the logs; the model gets a folder of its own in it. */
  readonly outputPath: string;
  /** Time of the run, ISO 8601: part of the file names. */
  readonly date: string;
  /** The file of `--samples`: which documents of which tasks to run. @default all */
  readonly samples?: string | undefined;
}

/** Runs the tasks of the pool and writes `samples_<task>_<date>.jsonl` and `results_<date>.json`. */
export async function runHarness(options: HarnessRunOptions): Promise<void> {
  const { data, model, outputPath, date, samples } = options;
  const wanted: Record<string, number[]> | undefined =
    samples === undefined ? undefined : JSON.parse(await readFile(samples, 'utf8'));
  const folder = join(outputPath, model);
  await mkdir(folder, { recursive: true });

  const sizes: Record<string, { original: number; effective: number }> = {};
  for (const [task, questions] of questionsByTask(data)) {
    if (wanted && !wanted[task]) continue;
    const documents = wanted?.[task] ?? [...questions.keys()];
    const lines = documents.map((docId) => logLine(data, model, docId, questions[docId] as number));
    await writeFile(join(folder, `samples_${task}_${date}.jsonl`), `${lines.join('\n')}\n`);
    sizes[task] = { original: questions.length, effective: documents.length };
  }
  const results = {
    results: {},
    group_subtasks: {},
    versions: Object.fromEntries(Object.keys(sizes).map((task) => [task, 1])),
    'n-samples': sizes,
    config: { model: 'hf', model_args: `pretrained=${model}` },
    model_name: model,
  };
  await writeFile(join(folder, `results_${date}.json`), JSON.stringify(results, null, 2));
}

/** The subjects are the tasks; a document is numbered within its task. */
function questionsByTask({ questions }: EvaluationDataset): Map<string, number[]> {
  const tasks = new Map<string, number[]>();
  questions.forEach(({ category }, index) => {
    const task = taskOf(category);
    const list = tasks.get(task);
    if (list) list.push(index);
    else tasks.set(task, [index]);
  });
  return tasks;
}

/** The name of a subject's task, such as `computer_science`. */
export function taskOf(category: string): string {
  return category.replaceAll(' ', '_');
}

/** One marked answer as `--log_samples` logs it. */
function logLine(data: EvaluationDataset, model: string, docId: number, question: number): string {
  const { questions, correctness } = data;
  const isRight = correctness.get(question, correctness.models.indexOf(model)) === 1;
  // The sample says whether an option was right, not which one.
  const doc = { question: questions[question]?.prompt, answer: 'right' };
  const reply = isRight ? doc.answer : '[invalid]';
  return JSON.stringify({
    doc_id: docId,
    doc,
    target: doc.answer,
    arguments: { gen_args_0: { arg_0: `Question: ${doc.question}\nAnswer:`, arg_1: {} } },
    resps: [[reply]],
    filtered_resps: [reply],
    filter: 'none',
    metrics: ['exact_match'],
    doc_hash: createHash('sha256').update(JSON.stringify(doc)).digest('hex'),
    exact_match: isRight ? 1 : 0,
  });
}
