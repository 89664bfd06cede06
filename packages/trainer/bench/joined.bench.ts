// What a static table of token vectors adds to lsa, in test log loss of the direct solver on fresh
// 80/10/10 splits of ZeroEval, settings chosen on validation:
//   tsx bench/joined.bench.ts FOLDER [splits]
// FOLDER holds a static encoder: tokenizer.json and model.safetensors, as model2vec and
// `distillStatic` write them.
import { logLoss, type QuestionEncoder, splitQuestions } from '@embedllm/core';
import { fitLsaEncoder, joinEncoders } from '@embedllm/question-encoder';
import { loadStaticEncoder } from '@embedllm/question-encoder/node';
import { trainDirect } from '../src/index.js';
import { readZeroEval } from '../test/zeroeval.js';

const [folder, splits = '5'] = process.argv.slice(2);
if (folder === undefined) throw new Error('Give the folder of a static encoder.');
const table = await loadStaticEncoder(folder);
const { questions, correctness } = (await readZeroEval()).folder;
const prompts = questions.map(({ prompt }) => prompt);
const categories = questions.map(({ category }) => category ?? '');
const losses = new Map<string, number[]>();

for (let seed = 0; seed < Number(splits); seed++) {
  const split = splitQuestions(categories, { seed });
  const lsa = await fitLsaEncoder({ texts: split.train.map((index) => prompts[index] ?? '') });
  const joined = (weight: number) => joinEncoders([lsa, table], { weights: [1, weight] });
  const encoders: [string, QuestionEncoder][] = [
    ['lsa', lsa],
    ['static', table],
    ['lsa with static, 1 to 0.5', await joined(0.5)],
    ['lsa with static, 1 to 1', await joined(1)],
    ['lsa with static, 1 to 2', await joined(2)],
  ];
  for (const [name, encoder] of encoders) {
    const vectors = await encoder.encode(prompts);
    const part = (indices: readonly number[]) => ({
      embeddings: vectors.selectRows(indices),
      correctness: correctness.selectQuestions(indices),
    });
    const test = part(split.test);
    const { model } = await trainDirect({
      train: part(split.train),
      validation: part(split.validation),
    });
    const loss = logLoss(model.predictProbabilities(test.embeddings), test.correctness);
    losses.set(name, [...(losses.get(name) ?? []), loss]);
  }
}

const reference = losses.get('lsa') ?? [];
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
console.log(
  `ZeroEval, seeds 0 to ${Number(splits) - 1}, static ${table.dimensions}: test log loss`,
);
for (const [name, values] of losses) {
  const differences = values.map((value, seed) => value - (reference[seed] ?? Number.NaN));
  const centre = mean(differences);
  const spread = Math.sqrt(mean(differences.map((value) => (value - centre) ** 2)));
  console.log(
    `${name}: ${mean(values).toFixed(4)}, to lsa ${centre.toFixed(4)} +- ${spread.toFixed(4)}, ratio ${(mean(values) / mean(reference)).toFixed(4)}`,
  );
}
