import { beforeAll, describe, expect, it } from 'vitest';
import { forecastBenchmarks } from '../forecast/forecast-benchmarks.js';
import { type PoolFixture, poolFixture } from '../forecast/pool.fixture.js';
import { abilityPosterior } from '../item-response/ability-posterior.js';
import { InformationState } from '../item-response/information-state.js';
import { chooseAnchors } from './choose-anchors.js';
import { evaluateAdaptively } from './evaluate-adaptively.js';
import { selectQuestions } from './select-questions.js';

let fixture: PoolFixture;
beforeAll(async () => {
  fixture = await poolFixture();
});

function stateOf({ pool }: PoolFixture, answered: readonly number[]): InformationState {
  const totals = new Int32Array(pool.benchmarks.length);
  for (const benchmark of pool.benchmarkOf) totals[benchmark] = totals[benchmark]! + 1;
  return new InformationState({
    items: pool.items,
    posterior: abilityPosterior({
      items: pool.items,
      prior: pool.abilityPrior,
      observed: { questions: new Int32Array(0), labels: new Uint8Array(0) },
      draws: 32,
      seed: 0,
    }),
    benchmarkOf: pool.benchmarkOf,
    answered: new Set(answered),
    targets: [0, 3],
    totals,
  });
}

describe('selectQuestions', () => {
  it('lowers the error of forecasts below that of random questions', () => {
    const { pool, newModels, respond, accuracy, questions } = fixture;
    const errorOf = (strategy: 'informative' | 'random'): number => {
      let error = 0;
      for (const model of newModels) {
        for (let seed = 0; seed < 2; seed++) {
          const chosen = selectQuestions({ pool, count: 40, strategy, seed });
          const responses = respond(
            model,
            chosen.map((id) => questions.indexOf(id)),
          );
          const { benchmarks } = forecastBenchmarks({
            pool,
            responses,
            sample: 'chosen',
            draws: 128,
          });
          for (const estimate of benchmarks) {
            error += Math.abs(estimate.accuracy - accuracy(model, estimate.benchmark));
          }
        }
      }
      return error;
    };
    expect(errorOf('informative')).toBeLessThan(errorOf('random'));
  });

  it('gains less from a question after its like was asked', () => {
    const state = stateOf(fixture, []);
    const before = state.gain(1);
    state.ask(0);
    expect(state.gain(1)).toBeLessThan(before);
    expect(before).toBeGreaterThan(0);
  });

  it('asks only candidates that were not answered, each once', () => {
    const { pool, questions, respond, newModels } = fixture;
    const candidates = questions.slice(0, 30);
    const responses = respond(newModels[0] as string, [0, 1, 2]);
    for (const strategy of ['informative', 'random', 'stratified'] as const) {
      const chosen = selectQuestions({ pool, responses, candidates, count: 100, strategy });
      expect(new Set(chosen).size).toBe(27);
      expect(chosen.every((id) => questions.indexOf(id) >= 3 && questions.indexOf(id) < 30)).toBe(
        true,
      );
    }
  });

  it('can be confined to a benchmark, and still learns from others', () => {
    const { pool, categories, questions } = fixture;
    const name = pool.benchmarks[2] as string;
    const stratified = selectQuestions({
      pool,
      count: 5,
      benchmarks: [name],
      strategy: 'stratified',
    });
    expect(stratified.every((id) => categories[questions.indexOf(id)] === name)).toBe(true);
    expect(selectQuestions({ pool, count: 5, benchmarks: [name] })).toHaveLength(5);
  });

  it('takes the same share of each benchmark when it is stratified', () => {
    const { pool, categories, questions } = fixture;
    const counts = new Map<string, number>();
    for (const id of selectQuestions({ pool, count: 50, strategy: 'stratified', seed: 4 })) {
      const category = categories[questions.indexOf(id)] as string;
      counts.set(category, (counts.get(category) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(Array(10).fill(5));
  });

  it('asks what neither of two compared models has answered', () => {
    const { pool, questions, respond, newModels } = fixture;
    const [first, second] = newModels as [string, string];
    const chosen = selectQuestions({
      pool,
      responses: respond(first, [5]),
      comparedTo: respond(second, [6]),
      candidates: questions.slice(5, 12),
      count: 20,
    });
    expect(new Set(chosen)).toEqual(new Set(questions.slice(7, 12)));
  });

  it('refuses a count below one and unknown names', () => {
    const { pool } = fixture;
    expect(() => selectQuestions({ pool, count: 0 })).toThrow(/at least 1/);
    expect(() => selectQuestions({ pool, count: 1, candidates: ['?'] })).toThrow(/not among/);
    expect(() => selectQuestions({ pool, count: 1, benchmarks: ['?'] })).toThrow(
      /Unknown benchmark/,
    );
  });
});

describe('chooseAnchors', () => {
  it('extends a smaller subset, within the benchmarks asked for', () => {
    const { pool, categories, questions } = fixture;
    const benchmarks = pool.benchmarks.slice(0, 2);
    const anchors = chooseAnchors({ pool, count: 20, benchmarks });
    expect(chooseAnchors({ pool, count: 6, benchmarks })).toEqual(anchors.slice(0, 6));
    for (const id of anchors) expect(benchmarks).toContain(categories[questions.indexOf(id)]);
    expect(() => chooseAnchors({ pool, count: 81, benchmarks })).toThrow(/from 1 to 80/);
  });
});

describe('evaluateAdaptively', () => {
  it('stops once the forecast is precise', async () => {
    const { pool, respond, newModels, questions } = fixture;
    const widths: number[] = [];
    const benchmark = pool.benchmarks[0] as string;
    const { forecast, responses, reason } = await evaluateAdaptively({
      pool,
      ask: (ids) =>
        respond(
          newModels[0] as string,
          ids.map((id) => questions.indexOf(id)),
        ),
      halfWidth: 0.1,
      benchmarks: [benchmark],
      onProgress: ({ detail = '' }) => widths.push(Number(detail.replace(/[^\d.]/g, '')) / 100),
    });
    expect(reason).toBe('precise');
    expect(responses.length).toBeLessThan(questions.length);
    expect(widths.at(-1)).toBeLessThanOrEqual(0.1);
    expect(widths.slice(0, -1).every((width) => width > 0.1)).toBe(true);
    expect(forecast.benchmarks[0]?.benchmark).toBe(benchmark);
  });

  it('stops at its limit, when told to, and when answers stay out', async () => {
    const { pool, respond, newModels, questions } = fixture;
    const ask = (ids: readonly string[]) =>
      respond(
        newModels[0] as string,
        ids.map((id) => questions.indexOf(id)),
      );
    const limited = await evaluateAdaptively({ pool, ask, halfWidth: 0.001, limit: 14 });
    expect(limited).toMatchObject({ reason: 'limit' });
    expect(limited.responses).toHaveLength(14);
    const candidates = questions.slice(0, 12);
    const exhausted = await evaluateAdaptively({
      pool,
      ask,
      halfWidth: 0.001,
      candidates,
      limit: 99,
    });
    expect(exhausted).toMatchObject({ reason: 'exhausted' });
    await expect(evaluateAdaptively({ pool, ask: () => [], halfWidth: 0.01 })).rejects.toThrow(
      /10 of 10 questions were not answered/,
    );
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(evaluateAdaptively({ pool, ask, halfWidth: 0.01, signal })).rejects.toThrow(
      'enough',
    );
    await expect(evaluateAdaptively({ pool, ask, halfWidth: 2 })).rejects.toThrow(/0.02/);
  });
});
