// Logs as lm-evaluation-harness writes them, of the pool's gsm8k questions, in `logs`.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { categories, correctness, models, questions } from './pool.js';

const DATE = '2026-01-02T03-04-05.678901';
const asked = questions.flatMap((_, q) => (categories[q] === 'gsm8k' ? [q] : []));
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** One of the logs. */
export const file = `logs/${models[0]?.name}/samples_gsm8k_${DATE}.jsonl`;
/** Where each question is in its task. */
export const documents = new Map(
  questions.map(({ id, category }) => [id, { task: category, docId: Number(id.split('/')[1]) }]),
);

for (const [m, { name }] of models.entries()) {
  const directory = `logs/${name}`;
  await mkdir(directory, { recursive: true });
  const samples = asked.flatMap((q, docId) => {
    const doc = { question: questions[q]?.prompt, answer: '#### 1' };
    const text = JSON.stringify(doc);
    const exact = correctness.get(q, m) ?? 0;
    return ['strict-match', 'flexible-extract'].map((filter) => ({
      ...{ doc_id: docId, doc, target: '1', arguments: {}, resps: [['1']], filtered_resps: ['1'] },
      ...{ filter, metrics: ['exact_match'], doc_hash: hash(text), prompt_hash: hash(text) },
      ...{ target_hash: hash('1'), exact_match: exact },
    }));
  });
  const lines = samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');
  await writeFile(`${directory}/samples_gsm8k_${DATE}.jsonl`, lines);
  const results = {
    results: { gsm8k: { alias: 'gsm8k' } },
    group_subtasks: { gsm8k: [] },
    configs: { gsm8k: { task: 'gsm8k' } },
    versions: { gsm8k: 3 },
    'n-samples': { gsm8k: { original: asked.length, effective: asked.length } },
    config: { model: 'hf', model_args: `pretrained=${name}` },
    ...{ date: 1767323045, model_source: 'hf', model_name: name },
  };
  await writeFile(`${directory}/results_${DATE}.json`, JSON.stringify(results));
}
