import { beforeAll, describe, expect, it } from 'vitest';
import { forecastBenchmarks } from '../forecast/forecast-benchmarks.js';
import { type PoolFixture, poolFixture, randomQuestions } from '../forecast/pool.fixture.js';
import { checkGate } from './check-gate.js';
import { formatHarnessQuestions, responsesFromSamples } from './harness-questions.js';
import { renderForecastJson, renderForecastMarkdown } from './render-forecast.js';

describe('formatHarnessQuestions', () => {
  const documents = new Map([
    ['a', { task: 'gsm8k', docId: 12 }],
    ['b', { task: 'arc_easy', docId: 0 }],
    ['c', { task: 'gsm8k', docId: 3 }],
    ['twin', { task: 'gsm8k', docId: 3 }],
    ['broken', { task: 'gsm8k', docId: -1 }],
  ]);

  it('lists document numbers by task, in ascending order', () => {
    const text = formatHarnessQuestions(['a', 'b', 'c'], documents);
    expect(JSON.parse(text)).toEqual({ gsm8k: [3, 12], arc_easy: [0] });
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('cannot be made to set the prototype', () => {
    const text = formatHarnessQuestions(['x'], new Map([['x', { task: '__proto__', docId: 1 }]]));
    expect(text).toContain('"__proto__": [1]');
  });

  it('refuses what the harness would misread', () => {
    expect(() => formatHarnessQuestions([], documents)).toThrow(/no questions to write/);
    expect(() => formatHarnessQuestions(['z'], documents)).toThrow(/Question "z" has no known/);
    expect(() => formatHarnessQuestions(['c', 'twin'], documents)).toThrow(/matches two questions/);
    expect(() => formatHarnessQuestions(['broken'], documents)).toThrow(/-1/);
  });
});

describe('responsesFromSamples', () => {
  it('takes marked samples and counts those of other questions', () => {
    const samples = [
      { questionId: 'a', correct: true },
      { questionId: 'elsewhere', correct: false },
    ];
    expect(responsesFromSamples(samples, ['a', 'b'])).toEqual({
      responses: [{ question: 'a', outcome: 1 }],
      unknown: 1,
    });
  });
});

describe('reports and gates', () => {
  let fixture: PoolFixture;
  beforeAll(async () => {
    fixture = await poolFixture();
  });

  it('show a forecast as JSON that reads back and as a Markdown table', () => {
    const { pool, respond, newModels } = fixture;
    const responses = respond(newModels[0] as string, [0, 1, 2]);
    const forecast = {
      ...forecastBenchmarks({ pool, model: 'new | *model*', responses }),
      outsidePool: 0.4,
    };
    expect(JSON.parse(renderForecastJson(forecast))).toEqual(forecast);
    const markdown = renderForecastMarkdown(forecast);
    expect(markdown).toContain('Forecast of new \\| \\*model\\*');
    expect(markdown).toContain('| 95% interval |');
    const lines = markdown.trimEnd().split('\n').slice(2);
    expect(lines).toHaveLength(2 + 10 + 2);
    for (const line of lines) expect(line.split(/(?<!\\)\|/)).toHaveLength(8);
    expect(renderForecastMarkdown({ ...forecast, outsidePool: 0.6 })).toMatch(
      /\n\nThis model is probably stronger or weaker than every model in the pool.*\n$/,
    );
  });

  it('pass, fail or ask for more by the interval that the forecast shows', () => {
    const { pool, respond, newModels, questions } = fixture;
    const responses = respond(newModels[0] as string, randomQuestions(questions.length, 150, 1));
    const forecast = forecastBenchmarks({ pool, responses });
    const { accuracy, lower, upper } = forecast.micro;
    const gate = (minimum: number) => checkGate({ forecast, benchmark: 'micro', minimum });
    expect(gate(lower)).toMatchObject({ verdict: 'pass', reason: undefined });
    expect(gate(upper)).toMatchObject({ verdict: 'undecided' });
    expect(gate(upper + 1e-9)).toMatchObject({ verdict: 'fail', reason: undefined });
    expect(gate(accuracy)).toMatchObject({
      verdict: 'undecided',
      reason: 'interval-contains-minimum',
      estimate: forecast.micro,
      confidence: 0.95,
      minAnswers: 20,
    });
    const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
    expect(gate(lower).message).toBe(
      `pass: micro is forecast at ${percent(accuracy)} (95% interval ${percent(lower)} to ${percent(upper)}) from 150 answers; the whole interval is at least the required ${percent(lower)}.`,
    );
    expect(renderForecastMarkdown(forecast)).toContain(`${percent(lower)} to ${percent(upper)}`);
  });

  it('never pass or fail on too few answers', () => {
    const { pool, respond, newModels } = fixture;
    const first = pool.benchmarks[0] as string;
    const second = pool.benchmarks[1] as string;
    const ofFirst = [...pool.questions.keys()].filter((index) => pool.benchmarkOf[index] === 0);
    const responses = respond(newModels[0] as string, ofFirst.slice(0, 19));
    const forecast = forecastBenchmarks({ pool, responses });
    const none = { verdict: 'undecided', reason: 'too-few-answers' };
    for (const minimum of [0, 1]) {
      for (const benchmark of [first, second, 'micro', 'macro']) {
        expect(checkGate({ forecast, benchmark, minimum })).toMatchObject(none);
      }
    }
    const gate = (benchmark: string, minAnswers: number) =>
      checkGate({ forecast, benchmark, minimum: 0, minAnswers });
    expect(gate(first, 19)).toMatchObject({ verdict: 'pass', minAnswers: 19 });
    expect(gate(second, 1)).toMatchObject(none);
    expect(gate('micro', 19)).toMatchObject(none);
    expect(gate('macro', 1).message).toMatch(/an answer on each benchmark.* more\.$/);
    expect(gate('macro', 0)).toMatchObject({ verdict: 'pass', minAnswers: 0 });
    expect(gate(first, 1e6).message).toMatch(
      new RegExp(`a verdict needs at least ${ofFirst.length} answers`),
    );
  });

  it('are undecided for a model without any answer', () => {
    const forecast = forecastBenchmarks({ pool: fixture.pool, model: 'misspelt', responses: [] });
    expect(checkGate({ forecast, benchmark: 'micro', minimum: 0 })).toMatchObject({
      verdict: 'undecided',
      estimate: { answers: 0 },
    });
  });

  it('refuse an unknown benchmark, percentages, and a number of answers that is not an integer', () => {
    const forecast = forecastBenchmarks({ pool: fixture.pool, responses: [] });
    const gate = (options: { benchmark: string; minimum: number; minAnswers?: number }) => () =>
      checkGate({ forecast, ...options });
    expect(gate({ benchmark: 'logik', minimum: 0.8 })).toThrow(
      /Unknown benchmark "logik"\. Did you mean "logic"/,
    );
    expect(() => checkGate(null as never)).toThrow('`options` must be an object, but is null.');
    expect(() => checkGate({ benchmark: 'micro', minimum: 0.8 } as never)).toThrow(
      '`forecast` must be an object, but is undefined.',
    );
    expect(gate({ benchmark: 'micro', minimum: 80 })).toThrow(/0.8 for 80%/);
    expect(gate({ benchmark: 'micro', minimum: Number.NaN })).toThrow(/0.8 for 80%/);
    expect(gate({ benchmark: 'micro', minimum: 0.8, minAnswers: Number.NaN })).toThrow(
      /minAnswers/,
    );
    expect(gate({ benchmark: 'micro', minimum: 0.8, minAnswers: 2.5 })).toThrow(/minAnswers/);
  });
});
