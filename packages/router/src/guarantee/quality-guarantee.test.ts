import { Matrix, Random } from '@embedllm/core';
import { simulatePool } from '@embedllm/simulated-pool';
import { describe, expect, it } from 'vitest';
import { decide } from '../decide.js';
import { guaranteed, type QualityGuarantee } from '../policies/guaranteed.js';
import { resolvePolicy } from '../policies/resolve-policy.js';
import { qualityGuarantee } from './quality-guarantee.js';

const pool = simulatePool({ seed: 4, models: 12, questionsPerBenchmark: 120, missingRate: 0 });
const { probabilities: truth } = pool.truth;
const { correctness, models } = pool.dataset;
const Q = correctness.questionCount;
const M = models.length;
/** The more able a model, the more expensive: accuracy to the power of 12. */
const meanTruth = Array.from({ length: M }, (_, m) => {
  let sum = 0;
  for (let q = 0; q < Q; q++) sum += truth.at(q, m);
  return sum / Q;
});
const costs = new Matrix(
  Q,
  M,
  Float32Array.from({ length: Q * M }, (_, index) => (meanTruth[index % M] ?? 0) ** 12),
);
const best = meanTruth.indexOf(Math.max(...meanTruth));

/** What a model might predict: the truth with noise, and overconfident. */
const predicted = ((): Matrix => {
  const random = new Random(11);
  const logit = (p: number): number => Math.log(p / (1 - p));
  return new Matrix(
    Q,
    M,
    truth.data.map((p) => {
      const z = logit(Math.min(0.999, Math.max(0.001, p)));
      return 1 / (1 + Math.exp(-(2 * z + 0.7 * random.normal())));
    }),
  );
})();

function fit(questions: readonly number[], share: number, confidence?: number): QualityGuarantee {
  return qualityGuarantee({
    probabilities: predicted.selectRows(questions),
    costsUsd: costs.selectRows(questions),
    correctness: correctness.selectQuestions(questions),
    share,
    confidence,
    best: models[best]?.name,
  });
}

/** Known true quality and cost of a policy's choices, and true quality of the best model. */
function judge(policy: QualityGuarantee, questions: readonly number[]) {
  const resolved = resolvePolicy(policy);
  const everyone = models.map((_, index) => index);
  const sums = { quality: 0, best: 0, cost: 0 };
  for (const q of questions) {
    const request = {
      models,
      logits: predicted.row(q),
      probabilities: Float64Array.from(predicted.row(q)),
      costsUsd: Float64Array.from(costs.row(q)),
      inputTokens: undefined,
    };
    const { model } = decide(request, { policy: resolved, among: everyone, top: 1, target: -1 });
    const chosen = models.indexOf(model);
    sums.quality += truth.at(q, chosen);
    sums.best += truth.at(q, best);
    sums.cost += costs.at(q, chosen);
  }
  return sums;
}

describe('qualityGuarantee', () => {
  it.each([
    { share: 0.9, confidence: undefined, mostSpent: 0.75 },
    { share: 0.9, confidence: 0.9, mostSpent: 0.75 },
    { share: 0.95, confidence: 0.9, mostSpent: 0.95 },
  ])('keeps $share over repeated splits, and saves money (confidence $confidence)', (setting) => {
    const { share, confidence, mostSpent } = setting;
    const random = new Random(2);
    const splits = 60;
    let kept = 0;
    let spent = 0;
    let short = 0;
    for (let split = 0; split < splits; split++) {
      const order = random.shuffle([...Array(Q).keys()]);
      const rest = order.slice(300);
      const policy = fit(order.slice(0, 300), share, confidence);
      const { quality, best: ideal, cost } = judge(policy, rest);
      kept += quality / ideal / splits;
      spent += cost / (costs.at(0, best) * rest.length * splits);
      if (quality < share * ideal) short++;
    }
    expect(kept).toBeGreaterThanOrEqual(share);
    expect(spent).toBeLessThan(mostSpent);
    // 10% of 60 splits are 6; more than 11 of them have a chance of 1% when the promise holds.
    if (confidence) expect(short).toBeLessThanOrEqual(11);
  });

  it('keeps its share even when predictions are worthless', () => {
    const random = new Random(3);
    let kept = 0;
    const splits = 40;
    for (let split = 0; split < splits; split++) {
      const order = random.shuffle([...Array(Q).keys()]);
      const held = order.slice(0, 150);
      const noise = predicted.selectRows(held);
      for (let i = 0; i < noise.data.length; i++) noise.data[i] = random.uniform();
      const policy = qualityGuarantee({
        probabilities: noise,
        costsUsd: costs.selectRows(held),
        correctness: correctness.selectQuestions(held),
        share: 0.95,
        best: models[best]?.name,
      });
      // Fresh noise chooses like the noise before: draw it on the rest in the same way.
      const rest = order.slice(150);
      const resolved = resolvePolicy(policy);
      let quality = 0;
      let ideal = 0;
      for (const q of rest) {
        const probabilities = Float64Array.from({ length: M }, () => random.uniform());
        const request = {
          models,
          logits: Float32Array.from(probabilities),
          probabilities,
          costsUsd: Float64Array.from(costs.row(q)),
          inputTokens: undefined,
        };
        const chosen = models.indexOf(
          decide(request, { policy: resolved, among: [...Array(M).keys()], top: 1, target: -1 })
            .model,
        );
        quality += truth.at(q, chosen);
        ideal += truth.at(q, best);
      }
      kept += quality / ideal / splits;
    }
    expect(kept).toBeGreaterThanOrEqual(0.95);
  });

  it('survives JSON', () => {
    const policy = fit([...Array(300).keys()], 0.9);
    const restored = guaranteed(JSON.parse(JSON.stringify(policy.record)));
    expect(judge(restored, [400, 401, 402])).toEqual(judge(policy, [400, 401, 402]));
    expect(() => guaranteed({ ...policy.record, threshold: 3 })).toThrow(/threshold/);
  });

  it('stays with the best model when there is too little to go by', () => {
    const policy = fit([0, 1, 2], 0.99);
    expect(policy.record.threshold).toBeNull();
    const { quality, best: ideal } = judge(policy, [5, 6, 7, 8]);
    expect(quality).toBe(ideal);
  });

  it('takes the cheapest model of all when nothing has to be kept', () => {
    const policy = fit([...Array(100).keys()], 0);
    expect(policy.record.threshold).toBe(0);
    const cheapest = Math.min(...costs.row(0));
    expect(judge(policy, [500]).cost).toBe(cheapest);
  });

  it('refuses other shapes, unknown models and shares above 1', () => {
    const held = { probabilities: predicted, costsUsd: costs, correctness };
    expect(() => qualityGuarantee({ ...held, share: 1.1 })).toThrow(/share/);
    expect(() => qualityGuarantee({ ...held, share: 0.9, best: 'nobody' })).toThrow(/nobody/);
    expect(() => qualityGuarantee({ ...held, costsUsd: new Matrix(1, M), share: 0.9 })).toThrow(
      /one shape/,
    );
  });
});
