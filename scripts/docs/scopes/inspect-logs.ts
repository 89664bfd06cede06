// Logs as Inspect writes them, of the pool's gsm8k questions, in `inspect-logs`.
import { mkdir, writeFile } from 'node:fs/promises';
import { categories, correctness, models, questions } from './pool.js';

await mkdir('inspect-logs', { recursive: true });
for (const [m, { name }] of models.entries()) {
  const samples = questions.flatMap(({ prompt }, q) => {
    const value = correctness.get(q, m) === 1 ? 'C' : 'I';
    const sample = { epoch: 1, input: prompt, target: '1', scores: { match: { value } } };
    return categories[q] === 'gsm8k' ? [{ id: q, ...sample }] : [];
  });
  const created = '2026-01-02T03:04:05+00:00';
  const spec = { created, task: 'gsm8k', dataset: { name: 'gsm8k' }, model: name, config: {} };
  const log = { version: 2, status: 'success', eval: spec, samples };
  await writeFile(`inspect-logs/2026-01-02T03-04-05+00-00_gsm8k_${m}.json`, JSON.stringify(log));
}
