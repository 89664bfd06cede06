import { Random } from '@embedllm/core';
import { describe, expect, it, vi } from 'vitest';
import { adviseCascade } from './advise-cascade.js';
import { answerKeys } from './answer-keys.js';
import { cascade, vote } from './cascade.js';
import type { CascadeLog } from './cascade-log.js';
import { certifyCascade } from './certify-cascade.js';
import { fitGate } from './fit-gate.js';
import { logAnswers } from './log-answers.js';

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
    await expect(cascade({ ...options, ask: ['a'] })).rejects.toThrow('at least two');
    await expect(cascade({ ...options, escalate: 'a' })).rejects.toThrow('another to ask');
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

describe('what is still on its way', () => {
  /** Models that answer when they are told, and say by which signal they were stopped. */
  function slowly() {
    const stopped: string[] = [];
    const answer = new Map<string, (text: string) => void>();
    const call = (model: string, signal: AbortSignal): Promise<string> =>
      new Promise((resolve, reject) => {
        answer.set(model, resolve);
        signal.addEventListener('abort', () => {
          stopped.push(model);
          reject(signal.reason);
        });
      });
    return { stopped, answer, call };
  }

  it('is stopped once the models cannot agree any more', async () => {
    const { stopped, answer, call } = slowly();
    const result = cascade({ ask: ['a', 'b'], escalate: 'c', rule, call, textOf });
    answer.get('a')?.('nothing that is a choice');
    await vi.waitFor(() => expect(answer.has('c')).toBe(true));
    expect(stopped).toEqual(['b']);
    answer.get('c')?.('C');
    expect(await result).toMatchObject({ answer: 'C', votes: 0, failures: [], calls: 3 });
  });

  it('is stopped once a majority agrees', async () => {
    const { stopped, answer, call } = slowly();
    const result = vote({ ask: ['a', 'b', 'd'], escalate: 'c', rule, call, textOf });
    answer.get('d')?.('It is B.');
    answer.get('b')?.('B');
    expect(await result).toMatchObject({ answer: 'B', model: 'b', votes: 2, agreed: true });
    expect(stopped).toEqual(['a']);
  });

  it('is stopped when the caller aborts', async () => {
    const { stopped, call } = slowly();
    const caller = new AbortController();
    const { signal } = caller;
    const result = cascade({ ask: ['a', 'b'], escalate: 'c', rule, call, textOf, signal });
    caller.abort(new Error('enough'));
    await expect(result).rejects.toThrow('enough');
    expect(stopped).toEqual(['a', 'b']);
  });
});

describe('a vote', () => {
  it.each([
    ['a majority agrees', { a: 'A', b: 'B', d: 'It is B.' }, { model: 'b', votes: 2 }],
    ['one fails and the others agree', { a: 'A', b: new Error('down'), d: 'A' }, { model: 'a' }],
  ])('takes what most say where %s', async (_, answers, expected) => {
    const { options } = asking(answers);
    const result = await vote({ ...options, ask: ['a', 'b', 'd'] });
    expect(result).toMatchObject({ agreed: true, calls: 3, ...expected });
  });

  it.each([
    ['all differ', { a: 'A', b: 'B', d: 'D', c: 'C' }],
    ['two have no answer', { a: 'A', b: '', d: '-', c: 'C' }],
    ['two fail', { a: new Error('down'), b: new Error('down'), d: 'A', c: 'C' }],
  ])('escalates where %s', async (_, answers) => {
    const { options } = asking(answers);
    const result = await vote({ ...options, ask: ['a', 'b', 'd'] });
    expect(result).toMatchObject({ answer: 'C', model: 'c', agreed: false, calls: 4 });
  });

  it('escalates a tie', async () => {
    const { options } = asking({ a: 'A', b: 'B', d: 'A', e: 'B', c: 'C' });
    const result = await vote({ ...options, ask: ['a', 'b', 'd', 'e'] });
    expect(result).toMatchObject({ answer: 'C', votes: 2, agreed: false });
  });

  it('needs three models', async () => {
    const { options } = asking({ a: 'A', b: 'A' });
    await expect(vote(options)).rejects.toThrow('A vote needs at least three');
  });
});

describe('keys of answers', () => {
  it.each([
    ['choice', 'Let me see. The answer is (B).', 'B'],
    ['choice', '<think>A?</think>**C.** Paris', 'C'],
    ['choice', 'Either (A) or (B).', null],
    ['choice', 'I do not know.', null],
    ['number', 'So 17 * 23 = 391. The answer is $391.00', '391'],
    ['number', 'between 3 and 4, the answer is 3 or 4', null],
    ['number', 'no idea', null],
    ['text', 'The answer is "Paris".', 'paris'],
    ['text', '  PARIS ', 'paris'],
    ['text', ' ', null],
    [
      'json',
      'Here: ```json\n{"b": [1, {"y": 1, "x": 2}], "a": 1}\n```',
      '{"a":1,"b":[1,{"x":2,"y":1}]}',
    ],
    ['json', 'none', null],
  ] as const)('%s of %j', (kind, text, key) => {
    expect(answerKeys[kind](text)).toBe(key);
  });

  it('regex takes what the last match captures', () => {
    const key = answerKeys.regex(/verdict: (\w+)/i);
    expect(key('Verdict: guilty, no: verdict: Innocent')).toBe('innocent');
    expect(key('no word of it')).toBeNull();
  });

  it('never agrees on answers without text', async () => {
    const { options } = asking({ a: ' ', b: ' ', c: 'C' });
    const result = await cascade({ ...options, rule: { same: () => true } });
    expect(result).toMatchObject({ answer: 'C', agreed: false });
  });

  it('escalates where answers cannot be compared', async () => {
    const { options } = asking({ a: 'one', b: 'other', c: 'C' });
    const same = async (): Promise<boolean> => {
      throw new Error('no judge');
    };
    const result = await cascade({ ...options, rule: { same } });
    expect(result).toMatchObject({ answer: 'C', agreed: false });
    expect(result.failures).toMatchObject([{ error: { message: 'no judge' } }]);
  });
});

describe('a log of recorded answers', () => {
  const row = (question: string, model: string, text: string | undefined, outcome?: number) => ({
    ...{ question, model, text, outcome },
    costUsd: model === 'c' ? 1 : 0.1,
  });
  const answers = [
    ...[row('1', 'a', 'A', 1), row('1', 'b', 'A', 1), row('1', 'd', 'B', 0), row('1', 'c', 'A', 1)],
    ...[row('2', 'a', 'B', 0), row('2', 'b', 'A', 1), row('2', 'd', 'A', 1), row('2', 'c', 'C', 0)],
    ...[
      row('3', 'a', undefined),
      row('3', 'b', 'A', 1),
      row('3', 'd', 'C', 0),
      row('3', 'c', 'A', 1),
    ],
    // Nobody knows whether that was right; not all were asked.
    ...[row('4', 'a', 'A'), row('4', 'b', 'A'), row('4', 'd', 'A'), row('4', 'c', 'A', 1)],
    ...[row('5', 'a', 'A', 1), row('5', 'c', 'A', 1)],
  ];

  it('says what a cascade would have done', async () => {
    const { log, skipped } = await logAnswers({ answers, ask: ['a', 'b'], escalate: 'c', rule });
    expect([...Array.from(log.agreed)]).toEqual([1, 0, 0]);
    expect([...Array.from(log.better)]).toEqual([1, 0, 1]);
    expect([...Array.from(log.firstCostsUsd)]).toEqual([0.2, 0.2, 0.2]);
    expect(skipped).toBe(2);
  });

  it('says what a vote would have done', async () => {
    const ask = ['a', 'b', 'd'];
    const { log } = await logAnswers({ answers, ask, escalate: 'c', rule, agree: 'majority' });
    expect([...Array.from(log.agreed)]).toEqual([1, 1, 0]);
    // The vote for A of the second question is right, the first model was not.
    expect([...Array.from(log.first)]).toEqual([1, 1, 0]);
  });

  it('is refused where no question was put to all', async () => {
    const asked = logAnswers({ answers, ask: ['a', 'x'], escalate: 'c', rule });
    await expect(asked).rejects.toThrow('an answer with a known outcome from each of a, x, c');
  });
});

describe('advice from a log', () => {
  it('says where a cascade pays, where it is worse and where it is dearer', () => {
    expect(adviseCascade(log(1, 0.86))).toMatchObject({ verdict: 'pays', requests: 1000 });
    expect(adviseCascade(log(1, 0.6)).verdict).toBe('worse');
    const dear = adviseCascade(log(1, 0.9, 0.7));
    expect(dear.verdict).toBe('dearer');
    expect(dear.priceRatio).toBeGreaterThan(dear.agreement);
  });

  it('judges free models by quality alone, and free better models as dearer to precede', () => {
    const paid = log(1, 0.6);
    const free = Array.from(paid.betterCostsUsd, () => 0);
    const allFree = { ...paid, firstCostsUsd: free, betterCostsUsd: free };
    expect(adviseCascade(allFree)).toMatchObject({
      verdict: 'free',
      costRatio: Number.NaN,
      difference: adviseCascade(paid).difference,
    });
    expect(certifyCascade(allFree, { share: 0.5 })).toMatchObject({ costRatio: Number.NaN });
    expect(adviseCascade({ ...paid, betterCostsUsd: free })).toMatchObject({
      verdict: 'dearer',
      costRatio: Number.POSITIVE_INFINITY,
    });
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
    expect(() => adviseCascade({ ...good, first: [1] })).toThrow('`first` has 1 entries');
    const better = [...Array.from(good.better)];
    better[7] = 2;
    expect(() => adviseCascade({ ...good, better })).toThrow('better of request 7');
    expect(() => adviseCascade(log(1, 0.8, 0.1, 5))).toThrow('5 requests is too short');
  });
});
