// How well scores tell questions of a category that encoder and training never saw from held-out
// questions of the categories that they saw, each category of any folder of evaluation data left out in turn:
//   tsx bench/detectors.bench.ts [folder] [seed]
// Prints the area under the ROC curve of familiarity and of what else might be it. Test questions of the
// split are not looked at: held out are its validation questions, and the category left out has those of
// training and validation.
import { auroc, CorrectnessMatrix, Matrix, splitQuestions } from '@embedllm/core';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { fitCategoryIndicators, resolveEngine } from '../src/index.js';
import { type DetectedTexts, fitDetectors } from './detectors.js';
import { readFolder } from './folder-splits.js';

const [folder, seed = '0'] = process.argv.slice(2);
const data = await readFolder(folder || undefined);
const engine = await resolveEngine();
const split = splitQuestions(data.categories, { seed: Number(seed) });
const categories = [...new Set(data.categories)];
const table = new Map<string, number[]>();
for (const category of categories) {
  const isKept = (index: number): boolean => data.categories[index] !== category;
  const textsOf = (of: readonly number[]) => of.map((index) => data.texts[index] ?? '');
  const kept = split.train.filter(isKept);
  const encoder = await fitLsaEncoder({ texts: textsOf(kept), powerIterations: 1 });
  const part = async (of: readonly number[]): Promise<DetectedTexts> => ({
    embeddings: await encoder.encode(textsOf(of)),
    coverage: await encoder.coverage(textsOf(of)),
    categories: of.map((index) => data.categories[index] ?? ''),
  });
  const train = await part(kept);
  const heldOut = await part(split.validation.filter(isKept));
  const leftOut = await part([...split.train, ...split.validation].filter((q) => !isKept(q)));
  const kinds = await fitCategoryIndicators({ train, validation: heldOut, engine });
  for (const [name, detector] of fitDetectors({ train, heldOut, kinds })) {
    const area = areaUnder(detector(heldOut), detector(leftOut));
    table.set(name, [...(table.get(name) ?? []), area]);
  }
}
await engine.dispose();
console.log(`| score | ${categories.join(' | ')} | mean |`);
console.log(`| --- |${' ---: |'.repeat(categories.length + 1)}`);
for (const [name, areas] of table) {
  const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length;
  console.log(`| ${name} | ${[...areas, mean].map((area) => area.toFixed(3)).join(' | ')} |`);
}

function areaUnder(held: Float64Array, left: Float64Array): number {
  const scores = Float32Array.from([...held, ...left]);
  const truth = new CorrectnessMatrix({
    questions: Array.from(scores, (_, q) => String(q)),
    models: ['held out'],
    labels: Uint8Array.from(scores, (_, q) => (q < held.length ? 1 : 0)),
  });
  return auroc(new Matrix(scores.length, 1, scores), truth) ?? 0.5;
}
