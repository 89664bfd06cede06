import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConditionalAnswers } from './conditional-answers.js';

describe('ConditionalAnswers', () => {
  it('agrees with enumeration of every pattern of that sum', () => {
    const logits = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
      minLength: 2,
      maxLength: 8,
    });
    fc.assert(
      fc.property(logits, fc.nat(), fc.double({ min: -3, max: 3, noNaN: true }), (z, r, shift) => {
        const n = z.length;
        const sum = 1 + (r % (n - 1));
        let total = 0;
        const right = new Float64Array(n);
        const same = new Float64Array(n * n);
        for (let pattern = 0; pattern < 2 ** n; pattern++) {
          const x = z.map((_, m) => (pattern >> m) & 1);
          if (x.reduce((count, value) => count + value, 0) !== sum) continue;
          const weight = Math.exp(x.reduce((logit, value, m) => logit + value * z[m]!, 0));
          total += weight;
          x.forEach((value, a) => {
            right[a]! += value * weight;
            x.forEach((other, b) => {
              if (value === other) same[a * n + b]! += weight;
            });
          });
        }
        // A common shift is the difficulty of the question: it must not matter.
        const answers = new ConditionalAnswers(
          Float64Array.from(z, (value) => value + shift),
          sum,
        );
        const others = z.map((_, m) => m).slice(1);
        const target = new Float64Array(n - 1);
        answers.agreement(0, others, target);
        for (const b of others) expect(target[b - 1]).toBeCloseTo(same[b]! / total, 7);
        for (let m = 0; m < n; m++) expect(answers.single(m)).toBeCloseTo(right[m]! / total, 7);
      }),
    );
  });
});
