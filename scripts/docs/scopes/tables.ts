// The pool as the tables that the documentation names.
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { writeEmbedLLM } from '@embedllm/dataset-builder';
import { dataset, embeddings, split } from './pool.js';

for (const directory of ['data/zeroeval', 'zeroeval', 'data/records']) {
  await writeEmbedLLM(directory, dataset, { split, embeddings });
}
const parts = { train: split.train, val: split.validation, test: split.test };
for (const [part, indices] of Object.entries(parts)) {
  const lines = ['prompt_id,model_id,category,label,prompt,model_name'];
  for (const index of indices) {
    const { id, category, prompt } = dataset.questions[index] as (typeof dataset.questions)[number];
    dataset.models.forEach(({ name }, m) => {
      const label = dataset.correctness.get(index, m);
      const text = `"${prompt.replaceAll('"', '""')}"`;
      if (label !== undefined) lines.push(`${id},${m},${category},${label},${text},${name}`);
    });
  }
  const text = `${lines.join('\n')}\n`;
  await writeFile(`${part}.csv`, text);
  await writeFile(`${part}.csv.gz`, gzipSync(text));
}
await writeFile(
  'splits.csv',
  `prompt_id,split\n${Object.entries(parts)
    .flatMap(([part, indices]) => indices.map((q) => `${dataset.questions[q]?.id},${part}\n`))
    .join('')}`,
);
