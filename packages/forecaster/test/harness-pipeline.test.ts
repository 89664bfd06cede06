import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHarnessLogs, readHarnessSamples } from '@embedllm/dataset-builder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkGate,
  fitItemResponse,
  forecastBenchmarks,
  formatHarnessQuestions,
  type HarnessDocument,
  responsesFromSamples,
  selectQuestions,
} from '../src/index.js';

const TASK = 'arc_easy';
const QUESTIONS = 40;
const MODELS = 12;

/** A log as the harness writes it: model m answers what is easier than its strength. */
function logOf(model: number, documents: Iterable<number>): string {
  return [...documents]
    .map((docId) => {
      const doc = { question: `What is number ${docId}?`, answer: String(docId) };
      const right = (docId * 7) % QUESTIONS < 4 + 3 * model;
      return `${JSON.stringify({
        doc_id: docId,
        doc,
        target: doc.answer,
        arguments: { gen_args_0: { arg_0: doc.question } },
        resps: [['x']],
        filtered_resps: ['x'],
        filter: 'none',
        metrics: ['acc'],
        doc_hash: createHash('sha256').update(doc.question).digest('hex'),
        acc: right ? 1 : 0,
      })}\n`;
    })
    .join('');
}

const file = (directory: string, model: number): string =>
  join(directory, `m${model}`, `samples_${TASK}_2025-01-01T00-00-00.000000.jsonl`);

describe('a pipeline around lm-evaluation-harness', () => {
  let directory: string;
  const all = Array.from({ length: QUESTIONS }, (_, docId) => docId);
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'forecaster-'));
    for (let model = 0; model < MODELS; model++) {
      await mkdir(join(directory, `m${model}`));
      await writeFile(file(directory, model), logOf(model, all));
    }
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('reads logs of a pool, has a new model asked a few documents, and decides', async () => {
    const { questions, correctness } = await readHarnessLogs(directory);
    const pool = await fitItemResponse({
      correctness,
      categories: questions.map(({ category }) => category),
      dimensions: 1,
      folds: 2,
    });
    const documents = new Map<string, HarnessDocument>();
    for await (const { questionId, task, docId } of readHarnessSamples(file(directory, 0))) {
      documents.set(questionId, { task, docId });
    }
    const next = selectQuestions({ pool, count: 15 });
    const list: Record<string, number[]> = JSON.parse(formatHarnessQuestions(next, documents));
    const asked = list[TASK] as number[];
    expect(asked).toHaveLength(15);
    expect(asked).toEqual([...asked].sort((a, b) => a - b));

    // The harness runs these documents and logs them by their numbers.
    const log = join(directory, `samples_${TASK}_2025-02-01T00-00-00.000000.jsonl`);
    await writeFile(log, logOf(6, asked));
    const samples = [];
    for await (const sample of readHarnessSamples(log)) samples.push(sample);
    const { responses, unknown } = responsesFromSamples(samples, pool.questions);
    expect(unknown).toBe(0);
    expect(new Set(responses.map(({ question }) => question))).toEqual(new Set(next));

    const forecast = forecastBenchmarks({ pool, responses, sample: 'chosen', confidence: 0.9 });
    const gate = (minimum: number) =>
      checkGate({ forecast, benchmark: TASK, minimum, minAnswers: 15 }).verdict;
    expect(gate(0.4)).toBe('pass');
    expect(gate(1)).toBe('fail');
  });
});
