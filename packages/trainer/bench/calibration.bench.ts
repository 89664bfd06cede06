// What calibrating is worth on fresh 80/10/10 splits of any folder of evaluation data:
//   tsx bench/calibration.bench.ts [folder] [splits] [categories to leave out, a,b]
// Trains on lsa, fits each method on the validation questions, prints log loss and expected
// calibration error on the test questions, and both less those without calibration with 95%
// intervals over the splits. `auto` is `chooseCalibration`, which sees validation questions alone.
import { evaluatePredictions, Matrix, type PredictionMetrics } from '@embedllm/core';
import { type Calibration, chooseCalibration, fitCalibration } from '@embedllm/core/calibration';
import { resolveEngine, trainDirect } from '../src/index.js';
import { readFolder, splitFolder } from './folder-splits.js';

/** t at 95% by degrees of freedom, close enough from 2 on. */
function difference(values: readonly number[]): string {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const t = 1.96 + 2.4 / (n - 1) + (n < 5 ? 1.14 / (n - 2) : 0);
  return `${mean.toFixed(4)} ± ${(t * Math.sqrt(variance / n)).toFixed(4)}`;
}

const [folder, splits = '10', without] = process.argv.slice(2);
const data = await readFolder(folder || undefined, without?.split(','));
const engine = await resolveEngine();
const results = new Map<string, PredictionMetrics[]>();
const chosen: string[] = [];
for (let seed = 0; seed < Number(splits); seed++) {
  const { train, validation, test } = await splitFolder(data, seed);
  const { model } = await trainDirect({ train, validation, engine });
  const logitsOf = (probabilities: Matrix): Matrix =>
    new Matrix(
      probabilities.rows,
      probabilities.cols,
      probabilities.data.map((p) => Math.log(p / (1 - p))),
    );
  const logits = logitsOf(model.predictProbabilities(validation.embeddings));
  const testLogits = logitsOf(model.predictProbabilities(test.embeddings));
  const { correctness } = validation;
  const fit = { logits, correctness };
  const auto = chooseCalibration(fit);
  chosen.push(auto.method);
  const ways: [string, Calibration | undefined][] = [
    ['none', undefined],
    ['temperature', fitCalibration({ ...fit, method: 'temperature' })],
    ['platt', fitCalibration({ ...fit, method: 'platt' })],
    ['platt, pooling 1000', fitCalibration({ ...fit, method: 'platt', pooling: 1000 })],
    ['isotonic', fitCalibration({ ...fit, method: 'isotonic' })],
    ['auto', auto.calibration],
  ];
  for (const [name, calibration] of ways) {
    const probabilities = new Matrix(
      testLogits.rows,
      testLogits.cols,
      testLogits.data.map(
        (z, index) =>
          calibration?.probability(index % testLogits.cols, z) ?? 1 / (1 + Math.exp(-z)),
      ),
    );
    const metrics = evaluatePredictions(probabilities, test.correctness);
    results.set(name, [...(results.get(name) ?? []), metrics]);
  }
}
await engine.dispose();
console.log('| method | log loss | vs none | ECE | vs none | routing accuracy |');
console.log('| --- | --- | --- | --- | --- | --- |');
const plain = results.get('none') ?? [];
for (const [name, all] of results) {
  const of = (metric: 'logLoss' | 'expectedCalibrationError' | 'routingAccuracy') => ({
    mean: (all.reduce((sum, m) => sum + m[metric], 0) / all.length).toFixed(4),
    less: difference(all.map((m, index) => m[metric] - (plain[index]?.[metric] ?? Number.NaN))),
  });
  const [loss, error, routing] = [
    of('logLoss'),
    of('expectedCalibrationError'),
    of('routingAccuracy'),
  ];
  console.log(
    `| ${name} | ${loss.mean} | ${loss.less} | ${error.mean} | ${error.less} | ${routing.mean} |`,
  );
}
console.log(`auto chose ${chosen.join(', ')}`);
