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
    expect(() => formatHarnessQuestions([], documents)).toThrow(/no question to write/);
    expect(() => formatHarnessQuestions(['z'], documents)).toThrow(/the question "z" is/);
    expect(() => formatHarnessQuestions(['c', 'twin'], documents)).toThrow(/two of the questions/);
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
      responses: [{ question: 'a', correct: true }],
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
    const forecast = forecastBenchmarks({ pool, model: 'new | *model*', responses });
    expect(JSON.parse(renderForecastJson(forecast))).toEqual(forecast);
    const markdown = renderForecastMarkdown(forecast);
    expect(markdown).toContain('Forecast of new \\| \\*model\\*');
    expect(markdown).toContain('95 % interval');
    const lines = markdown.trimEnd().split('\n').slice(2);
    expect(lines).toHaveLength(2 + 10 + 2);
    for (const line of lines) expect(line.split(/(?<!\\)\|/)).toHaveLength(8);
  });

  it('pass, fail or ask for more, and say so by exit code', () => {
    const { pool, respond, newModels, questions } = fixture;
    const responses = respond(newModels[0] as string, randomQuestions(questions.length, 150, 1));
    const { accuracy } = forecastBenchmarks({ pool, responses }).micro;
    const gate = (minimum: number) => checkGate({ pool, responses, benchmark: 'micro', minimum });
    expect(gate(accuracy - 0.2)).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(gate(accuracy + 0.2)).toMatchObject({ verdict: 'fail', exitCode: 1 });
    expect(gate(accuracy)).toMatchObject({ verdict: 'undecided', exitCode: 2 });
    expect(gate(0.5).message).toMatch(/from 150 answers; 50.0 % is required with 95.0 %/);
  });

  it('refuse an unknown benchmark and percentages', () => {
    const { pool } = fixture;
    const gate = (options: { benchmark: string; minimum: number; confidence?: number }) => () =>
      checkGate({ pool, responses: [], ...options });
    expect(gate({ benchmark: 'gsm9k', minimum: 0.8 })).toThrow(/no benchmark "gsm9k"/);
    expect(gate({ benchmark: 'micro', minimum: 80 })).toThrow(/80 % is 0.8/);
    expect(gate({ benchmark: 'micro', minimum: 0.8, confidence: 0.5 })).toThrow(/confidence/);
  });
});
