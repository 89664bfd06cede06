import { type Answer, EmbedLLMError, Random } from '@embedllm/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { forecastBenchmarks } from './forecast-benchmarks.js';
import { type PoolFixture, poolFixture, randomQuestions } from './pool.fixture.js';

let fixture: PoolFixture;
beforeAll(async () => {
  fixture = await poolFixture();
});

describe('forecastBenchmarks', () => {
  it('is nearer to the truth than the sample mean, and its intervals hold', () => {
    const { pool, newModels, respond, accuracy, questions } = fixture;
    const errors = { forecast: 0, sample: 0 };
    let inside = 0;
    let count = 0;
    for (const model of newModels) {
      for (let repetition = 0; repetition < 4; repetition++) {
        const responses = respond(model, randomQuestions(questions.length, 100, repetition));
        for (const estimate of forecastBenchmarks({ pool, responses, draws: 128 }).benchmarks) {
          const truth = accuracy(model, estimate.benchmark);
          errors.forecast += Math.abs(estimate.accuracy - truth);
          errors.sample += Math.abs((estimate.sampleMean ?? 0.5) - truth);
          if (truth >= estimate.lower - 1e-9 && truth <= estimate.upper + 1e-9) inside++;
          count++;
        }
      }
    }
    expect(errors.forecast).toBeLessThan(0.75 * errors.sample);
    expect(inside / count).toBeGreaterThan(0.9);
  });

  it('knows the accuracy exactly once every question was answered', () => {
    const { pool, newModels, respond, accuracy, questions } = fixture;
    const model = newModels[0] as string;
    const { benchmarks, micro } = forecastBenchmarks({
      pool,
      model,
      responses: respond(model, questions.keys()),
    });
    for (const { benchmark, accuracy: value, lower, upper, answers } of benchmarks) {
      expect(answers).toBe(40);
      for (const end of [value, lower, upper])
        expect(end).toBeCloseTo(accuracy(model, benchmark), 9);
    }
    expect(micro.standardError).toBeCloseTo(0, 9);
  });

  it('starts from the pool without any answer', () => {
    const { pool } = fixture;
    const { micro } = forecastBenchmarks({ pool, responses: [] });
    const labels = pool.answers.labels;
    const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
    expect(micro.accuracy).toBeCloseTo(mean, 1);
    expect(micro.upper - micro.lower).toBeGreaterThan(0.15);
    expect(micro.answers).toBe(0);
  });

  it('takes the answers of a model of the pool from there', () => {
    const { pool } = fixture;
    const model = pool.models[3] as string;
    const { benchmarks } = forecastBenchmarks({ pool, model });
    expect(benchmarks.every(({ answers, questions }) => answers === questions)).toBe(true);
    expect(benchmarks[0]?.accuracy).toBeCloseTo(benchmarks[0]?.sampleMean ?? -1, 9);
  });

  it('corrects predictions that do not fit a model by its answers', () => {
    const { pool, questions } = fixture;
    // Right and wrong at random: nothing that the pool knows of the questions applies.
    const random = new Random(3);
    const all = questions.map((question) => ({
      question,
      outcome: random.uniform() < 0.5 ? 1 : 0,
    }));
    const errors = { forecast: 0, sample: 0, uncorrected: 0 };
    for (let repetition = 0; repetition < 6; repetition++) {
      const chosen = randomQuestions(questions.length, 200, repetition);
      const responses = chosen.map((q) => all[q] as Answer);
      const options = { pool, responses, draws: 128 } as const;
      const uncorrected = forecastBenchmarks({ ...options, sample: 'chosen' }).benchmarks;
      forecastBenchmarks(options).benchmarks.forEach(({ benchmark, accuracy, sampleMean }, b) => {
        const own = all.filter((_, q) => fixture.categories[q] === benchmark);
        const truth = own.filter(({ outcome }) => outcome === 1).length / own.length;
        errors.forecast += Math.abs(accuracy - truth);
        errors.sample += Math.abs((sampleMean ?? 0.5) - truth);
        errors.uncorrected += Math.abs((uncorrected[b]?.accuracy ?? 0) - truth);
      });
    }
    expect(errors.forecast).toBeLessThan(errors.uncorrected);
    expect(errors.forecast).toBeLessThan(1.25 * errors.sample);
  });

  it('gives the same for the same seed, and for repeated responses', () => {
    const { pool, respond, newModels } = fixture;
    const responses = respond(newModels[1] as string, [1, 50, 200]);
    const forecast = forecastBenchmarks({ pool, responses });
    expect(forecastBenchmarks({ pool, responses: [...responses, ...responses] })).toEqual(forecast);
    expect(forecast.macro.lower).toBeLessThan(forecast.macro.accuracy);
  });

  it('forecasts the questions that it is asked about', () => {
    const { pool, questions } = fixture;
    const { benchmarks, micro } = forecastBenchmarks({
      pool,
      responses: [],
      questions: questions.slice(0, 7),
    });
    expect(benchmarks.reduce((sum, estimate) => sum + estimate.questions, 0)).toBe(7);
    expect(micro.questions).toBe(7);
  });

  it('refuses bad input with the reason', () => {
    const { pool, questions } = fixture;
    const question = questions[0] as string;
    const attempt = (options: object) => () => forecastBenchmarks({ pool, ...options });
    const code = (value: string): unknown => expect.objectContaining({ code: value });
    expect(attempt({ responses: [{ question: 'no', outcome: 1 }] })).toThrow(/"no" is not among/);
    expect(attempt({ responses: [{ question, outcome: 0.5 }] })).toThrow(
      /outcome 1 .* but has 0\.5/,
    );
    expect(
      attempt({
        responses: [
          { question, outcome: 1 },
          { question, outcome: 0 },
        ],
      }),
    ).toThrow(code('conflicting-labels'));
    expect(attempt({ model: 'unheard-of' })).toThrow(/not in the pool/);
    expect(attempt({ confidence: 95 })).toThrow(/0.95 for 95%/);
    expect(attempt({ draws: 15 })).toThrow(EmbedLLMError);
    expect(attempt({ questions: [] })).toThrow(/at least one/);
    expect(attempt({ questions: [question, question] })).toThrow(/each only once/);
    expect(attempt({ sample: 'some' })).toThrow(/"some"/);
  });
});
