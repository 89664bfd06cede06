import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { adviseCascade } from './advise-cascade.js';
import { cascade } from './cascade.js';
import type { CascadeLog } from './cascade-log.js';
import { certifyCascade } from './certify-cascade.js';
import { fitGate } from './fit-gate.js';

const rule = { key: (text: string) => /[A-D]/.exec(text)?.[0] ?? null };
const textOf = (text: string): string => text;

function asking(answers: Record<string, string | Error>) {
  const asked: string[] = [];
  const call = async (model: string): Promise<string> => {
    asked.push(model);
    const answer = answers[model] ?? '';
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, options: { ask: ['a', 'b'], escalate: 'c', rule, call, textOf } };
}

describe('a cascade', () => {
  it('takes what cheap models agree on', async () => {
    const { asked, options } = asking({ a: 'It is B.', b: 'B' });
    expect(await cascade(options)).toMatchObject({ answer: 'It is B.', model: 'a', calls: 2 });
    expect(asked).toEqual(['a', 'b']);
  });

  it.each([
    ['they differ', { a: 'A', b: 'B', c: 'C' }],
    ['neither has an answer', { a: '-', b: '-', c: 'C' }],
    ['one fails', { a: 'A', b: new Error('down'), c: 'C' }],
  ])('asks the better one where %s', async (_, answers) => {
    const { options } = asking(answers);
    expect(await cascade(options)).toMatchObject({
      answer: 'C',
      model: 'c',
      agreed: false,
      calls: 3,
    });
  });

  it('compares free texts by a function', async () => {
    const same = async (one: string, other: string): Promise<boolean> =>
      one.length === other.length;
    const { options } = asking({ a: 'abc', b: 'xyz', c: 'C' });
    expect((await cascade({ ...options, rule: { same } })).agreed).toBe(true);
  });

  it('refuses what is no cascade, and passes on what ends it', async () => {
    const { options } = asking({ a: 'A', b: 'B', c: new Error('down') });
    await expect(cascade(options)).rejects.toThrow('down');
    await expect(cascade({ ...options, ask: ['a'] })).rejects.toThrow('two or more');
    await expect(cascade({ ...options, escalate: 'a' })).rejects.toThrow('another one');
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(cascade({ ...options, signal })).rejects.toThrow('stop');
  });
});

/** Cheap models agree on 60%; their answers are right there with `right`, elsewhere in 30%. */
function log(seed: number, right: number, price = 0.1, N = 1000): CascadeLog {
  const random = new Random(seed);
  const draw = (p: number): number => Number(random.uniform() < p);
  const agreed = Array.from({ length: N }, () => draw(0.6));
  return {
    agreed,
    first: agreed.map((one) => draw(one === 1 ? right : 0.3)),
    better: agreed.map((one) => draw(one === 1 ? 0.85 : 0.6)),
    firstCostsUsd: agreed.map(() => price),
    betterCostsUsd: agreed.map(() => 1),
  };
}

describe('advice from a log', () => {
  it('says where a cascade pays, where it is worse and where it is dearer', () => {
    expect(adviseCascade(log(1, 0.86))).toMatchObject({ verdict: 'pays', requests: 1000 });
    expect(adviseCascade(log(1, 0.6)).verdict).toBe('worse');
    const dear = adviseCascade(log(1, 0.9, 0.7));
    expect(dear.verdict).toBe('dearer');
    expect(dear.priceRatio).toBeGreaterThan(dear.agreement);
  });

  it('certifies what keeps the share, and nothing else', () => {
    const sure = certifyCascade(log(2, 0.87), { share: 0.95 });
    expect(sure?.costRatio).toBeCloseTo(0.5, 1);
    let wrong = 0;
    for (let seed = 0; seed < 100; seed++) {
      // Of 0.75 these lose 0.6 · 0.15 = 12%.
      if (certifyCascade(log(seed, 0.7), { share: 0.95 })) wrong++;
    }
    expect(wrong).toBeLessThanOrEqual(10);
  });

  it('fits a gate that says what is right', () => {
    const gate = fitGate(log(3, 0.86, 0.1, 4000));
    expect(gate.probability(true)).toBeCloseTo(0.86, 1);
    expect(gate.probability(false)).toBeCloseTo(0.3, 1);
    const certified = certifyCascade(log(4, 0.86, 0.1, 4000), { share: 0.95, gate });
    expect(certified?.accepted).toBeCloseTo(0.6, 1);
  });

  it('names what is wrong with a log', () => {
    const good = log(1, 0.8);
    expect(() => adviseCascade({ ...good, first: [1] })).toThrow('1 of first');
    const better = [...Array.from(good.better)];
    better[7] = 2;
    expect(() => adviseCascade({ ...good, better })).toThrow('better of request 7');
    expect(() => adviseCascade(log(1, 0.8, 0.1, 5))).toThrow('5 requests says too little');
  });
});
