import { CorrectnessMatrix, MISSING, Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { knownAccuracies } from './known-accuracies.js';

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Models whose logits are 1 and -1 plus a difficulty of each kind, of so many questions. */
function pool(kinds: number, { spread = 1, each = 400, seed = 1 } = {}) {
  const random = new Random(seed);
  const labels = new Uint8Array(kinds * each * 2);
  const categories: string[] = [];
  for (let kind = 0; kind < kinds; kind++) {
    const difficulty = spread * random.normal();
    for (let q = 0; q < each; q++) {
      const at = 2 * categories.length;
      categories.push(String(kind));
      labels[at] = Number(random.uniform() < sigmoid(1 + difficulty));
      labels[at + 1] = Number(random.uniform() < sigmoid(-1 + difficulty));
    }
  }
  const questions = categories.map((_, q) => String(q));
  return {
    categories,
    correctness: new CorrectnessMatrix({ questions, models: ['good', 'weak'], labels }),
  };
}

describe('knownAccuracies', () => {
  it('predicts a new kind better than mean accuracies do', () => {
    let [unseenLoss, meansLoss] = [0, 0];
    for (let seed = 0; seed < 30; seed++) {
      const { correctness, categories } = pool(5, { spread: 1.5, seed });
      const kept = categories.flatMap((name, q) => (name === '0' ? [] : [q]));
      const { means, unseen } = knownAccuracies({
        correctness: correctness.selectQuestions(kept),
        categories: kept.map((q) => categories[q]!),
      });
      correctness.forEachLabel((q, model, label) => {
        if (categories[q] !== '0') return;
        const loss = (z: number) => Math.log1p(Math.exp(label === 1 ? -z : z));
        unseenLoss += loss(unseen[model]!);
        meansLoss += loss(means[model]!);
      });
    }
    expect(unseenLoss).toBeLessThan(0.995 * meansLoss);
  });

  it('keeps mean accuracies where kinds differ by the luck of sampling alone, or there is one', () => {
    for (const problem of [pool(8, { spread: 0, each: 60 }), pool(1)]) {
      const { means, unseen } = knownAccuracies(problem);
      expect(unseen[0]! / means[0]!).toBeGreaterThan(0.95);
    }
    expect(knownAccuracies(pool(1)).unseen).toEqual(knownAccuracies(pool(1)).means);
  });

  it('takes models that were not asked everything', () => {
    const { correctness, categories } = pool(3);
    const labels = correctness.labels.slice();
    categories.forEach((name, q) => {
      if (name !== '0') labels[2 * q] = MISSING;
    });
    const { questions, models } = correctness;
    const { unseen } = knownAccuracies({
      correctness: new CorrectnessMatrix({ questions, models, labels }),
      categories,
    });
    expect([...unseen].every(Number.isFinite)).toBe(true);
  });
});
