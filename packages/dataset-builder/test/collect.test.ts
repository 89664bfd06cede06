import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createOpenAI } from '@ai-sdk/openai';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type CollectOptions,
  type CollectProgress,
  type CollectQuestion,
  collect,
  planCollect,
  readCollectRecords,
  rescore,
} from '../src/collect.js';
import { readEvaluations } from '../src/index.js';
import { type ChatServer, chatServer, type Reply, type SeenCall } from './chat-server.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
let server: ChatServer | undefined;
let files = 0;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(reply: (call: SeenCall) => Reply | string): Promise<ChatServer> {
  server = await chatServer(reply);
  return server;
}

function recordPath(): string {
  return join(root, `record-${files++}.jsonl`);
}

/** Sums, whose answer is the number after the plus sign plus one. */
function sums(count: number): CollectQuestion[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `sum-${index}`,
    prompt: `What is 1 + ${index}?`,
    category: index % 2 === 0 ? 'even' : 'odd',
    key: String(index + 1),
    scorer: 'number' as const,
  }));
}

function rightAnswer({ text }: SeenCall): string {
  return `The answer is ${Number(/\+ (\d+)/.exec(text)?.[1]) + 1}.`;
}

/** `small` is right on even numbers, any other model always. */
function bySkill(call: SeenCall): string {
  const isOdd = /\+ \d*[13579]\?/.test(call.text);
  return call.model === 'small' && isOdd ? 'The answer is 0.' : rightAnswer(call);
}

const PRICES = { pricePerMillionInputTokens: 1000, pricePerMillionOutputTokens: 10_000 };

describe('collect', () => {
  it('asks all models, scores, counts, and leaves a table that is read as it is', async () => {
    const { baseURL, seen } = await serve(bySkill);
    const record = recordPath();
    const progress: CollectProgress[] = [];
    const result = await collect({
      models: [{ model: `${baseURL}#small`, ...PRICES }, `${baseURL}#large`],
      questions: sums(10),
      record,
      onProgress: (each) => progress.push(each),
    });
    expect(seen).toHaveLength(20);
    expect(seen[0]?.text).toMatch(/^What is 1 \+ \d\?\n\nFinish with a line/);
    expect(seen[0]?.body).toMatchObject({ max_tokens: 4096 });
    expect(result.models).toMatchObject([
      { name: 'small', answered: 10, meanOutcome: 0.5, errors: 0, unasked: 0 },
      { name: 'large', answered: 10, meanOutcome: 1, cost: 0, inputTokens: 1000 },
    ]);
    expect(result).toMatchObject({ calls: 20, stopped: undefined });
    expect(result.cost).toBeCloseTo(2, 9);
    expect(progress.at(-1)).toMatchObject({ phase: 'collect', done: 20, total: 20, errors: 0 });
    const { questions, models, correctness } = await readEvaluations(record);
    expect(questions.map(({ id }) => id).sort()).toEqual(sums(10).map(({ id }) => id));
    const [first] = questions;
    expect(first?.prompt).toBe(`What is 1 + ${first?.id.slice(4)}?`);
    expect(new Set(questions.map(({ category }) => category))).toEqual(new Set(['even', 'odd']));
    expect(models.map(({ name }) => name).sort()).toEqual(['large', 'small']);
    expect(correctness.countObserved()).toBe(20);
  });

  it('asks nothing twice, and again what failed', async () => {
    let isDown = true;
    const { baseURL, seen } = await serve((call) =>
      isDown && call.text.includes('+ 3?') ? { status: 400, text: 'no' } : rightAnswer(call),
    );
    const options: CollectOptions = {
      models: [`${baseURL}#m`],
      questions: sums(5),
      record: recordPath(),
    };
    const first = await collect(options);
    expect(first.models).toMatchObject([{ answered: 4, errors: 1, meanOutcome: 1 }]);
    const failed = first.records.find(({ status }) => status === 'error');
    expect(failed).toMatchObject({ outcome: null, httpStatus: 400, error: 'Status 400: no' });
    expect(await collect({ ...options, retryErrors: false })).toMatchObject({ calls: 0 });
    isDown = false;
    expect(await collect(options)).toMatchObject({ calls: 1, models: [{ answered: 5 }] });
    expect(seen).toHaveLength(6);
    expect(await collect(options)).toMatchObject({ calls: 0, models: [{ answered: 5 }] });
    const { correctness } = await readEvaluations(options.record);
    expect(correctness.countObserved()).toBe(5);
  });

  it('resumes after a last line that was cut off', async () => {
    const { baseURL, seen } = await serve(rightAnswer);
    const options = { models: [`${baseURL}#m`], questions: sums(4), record: recordPath() };
    await collect({ ...options, questions: sums(3), concurrency: 1 });
    const text = await readFile(options.record, 'utf8');
    await writeFile(options.record, text.slice(0, -40));
    expect(await readCollectRecords(options.record)).toHaveLength(2);
    expect(await collect(options)).toMatchObject({ calls: 2, models: [{ answered: 4 }] });
    expect(seen).toHaveLength(5);
    await writeFile(options.record, text.trimEnd());
    expect(await collect(options)).toMatchObject({ calls: 1, models: [{ answered: 4 }] });
    expect((await readFile(options.record, 'utf8')).trimEnd().split('\n')).toHaveLength(4);
  });

  it('loses only calls in progress when it is aborted, and resumes from there', async () => {
    const controller = new AbortController();
    const { baseURL, seen } = await serve((call) => ({ text: rightAnswer(call), delayMs: 5 }));
    const options: CollectOptions = {
      models: [`${baseURL}#m`],
      questions: sums(40),
      record: recordPath(),
      concurrency: 3,
    };
    const stopped = collect({
      ...options,
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 10) controller.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    const kept = (await readCollectRecords(options.record)).length;
    expect(kept).toBeGreaterThanOrEqual(10);
    expect(seen.length - kept).toBeLessThanOrEqual(3);
    const asked = seen.length;
    await collect(options);
    expect(seen.length - asked).toBe(40 - kept);
  });

  it('waits as Retry-After says, for all calls of the model, and tries again', async () => {
    let limitedAt = 0;
    const { baseURL, seen } = await serve((call) => {
      if (seen.length === 1) {
        limitedAt = performance.now();
        return { status: 429, headers: { 'retry-after': '0.3' }, text: 'slow down' };
      }
      return rightAnswer(call);
    });
    const options = { models: [`${baseURL}#m`], questions: sums(3), concurrency: 1 };
    const result = await collect({ ...options, record: recordPath() });
    expect(performance.now() - limitedAt).toBeGreaterThan(290);
    expect(seen).toHaveLength(4);
    expect(result.models).toMatchObject([{ answered: 3, errors: 0 }]);
  });

  it('tries again after status 500, a connection that breaks and an answer that is none', async () => {
    const { baseURL } = await serve((call) => {
      if (call.before > 0) return rightAnswer(call);
      if (call.text.includes('+ 0?')) return { status: 500, text: 'oops' };
      return call.text.includes('+ 1?') ? { hangUp: true } : { body: '<html>' };
    });
    const options = { models: [`${baseURL}#m`], questions: sums(3) };
    const result = await collect({ ...options, record: recordPath() });
    expect(result.models).toMatchObject([{ answered: 3, errors: 0, meanOutcome: 1 }]);
  });

  it('records a provider that stays away as missing, not as wrong', async () => {
    const { baseURL } = await serve(() => ({ status: 503, text: 'overloaded' }));
    const options = { models: [`${baseURL}#m`], questions: sums(2), maxRetries: 1 };
    const record = recordPath();
    const result = await collect({ ...options, record });
    expect(result.models).toMatchObject([{ answered: 0, errors: 2, meanOutcome: undefined }]);
    expect(result.records.every(({ outcome }) => outcome === null)).toBe(true);
  });

  it('gives up a model whose key is refused, and one that fails ten times in a row', async () => {
    const { baseURL, seen } = await serve(({ model }) =>
      model === 'locked' ? { status: 401, text: 'bad key' } : { status: 400, text: 'bad request' },
    );
    const models = [`${baseURL}#locked`, `${baseURL}#broken`];
    const result = await collect({
      ...{ models, questions: sums(30), record: recordPath(), concurrency: 1 },
    });
    expect(result.models).toMatchObject([
      { name: 'locked', errors: 1, unasked: 29, stopped: 'Status 401: bad key (No key was sent.)' },
      { name: 'broken', errors: 10, unasked: 20, stopped: 'Status 400: bad request' },
    ]);
    expect(seen).toHaveLength(11);
  });

  it('gives up an answer that takes too long, and counts it as paid for', async () => {
    const { baseURL } = await serve((call) => ({ text: rightAnswer(call), delayMs: 3000 }));
    const result = await collect({
      models: [{ model: `${baseURL}#slow`, ...PRICES, maxOutputTokens: 10 }],
      ...{ questions: sums(1), record: recordPath(), timeoutMs: 100, maxRetries: 0 },
    });
    expect(result.records).toMatchObject([
      { status: 'error', error: 'No answer within 0.1 s.', costIsBound: true },
    ]);
    expect(result.cost).toBeGreaterThan(0.1);
  });

  it('keeps to the number of calls at a time', async () => {
    const { baseURL, open } = await serve((call) => ({ text: rightAnswer(call), delayMs: 10 }));
    await collect({
      models: [{ model: `${baseURL}#m`, concurrency: 2 }],
      ...{ questions: sums(12), record: recordPath(), concurrency: 8 },
    });
    expect(open.most).toBe(2);
  });

  it('leaves an answer that was cut off undecided, and asks again with a higher limit', async () => {
    const { baseURL, seen } = await serve((call) =>
      call.body.max_tokens === 16 ? { text: 'First, 7', finish: 'length' } : rightAnswer(call),
    );
    const options = { models: [`${baseURL}#m`], questions: sums(1), record: recordPath() };
    const short = await collect({ ...options, maxOutputTokens: 16 });
    expect(short.models).toMatchObject([{ answered: 0, undecided: 1, cutOff: 1 }]);
    expect(await collect({ ...options, maxOutputTokens: 16 })).toMatchObject({ calls: 0 });
    expect(await collect(options)).toMatchObject({ models: [{ answered: 1, meanOutcome: 1 }] });
    expect(seen).toHaveLength(2);
    expect((await readEvaluations(options.record)).correctness.countObserved()).toBe(1);
  });

  it('takes an answer that the provider filtered for missing', async () => {
    const { baseURL } = await serve(() => ({ text: '', finish: 'content_filter' }));
    const options = { models: [`${baseURL}#m`], questions: sums(1), record: recordPath() };
    expect((await collect(options)).models).toMatchObject([{ errors: 1, answered: 0 }]);
  });

  it('keeps settings of one model apart, and passes them on', async () => {
    const { baseURL, seen } = await serve(rightAnswer);
    const base = `${baseURL}#gpt-5-mini`;
    const result = await collect({
      models: [base, `${base}:high`, { model: base, name: 'cold', temperature: 0 }],
      ...{ questions: sums(1), record: recordPath() },
    });
    expect(result.models.map(({ name }) => name)).toEqual([
      'gpt-5-mini',
      'gpt-5-mini:high',
      'cold',
    ]);
    expect(seen.map(({ body }) => [body.reasoning_effort, body.temperature])).toEqual(
      expect.arrayContaining([
        [undefined, undefined],
        ['high', undefined],
        [undefined, 0],
      ]),
    );
  });

  it('asks models of the AI SDK, and reads what their errors say', async () => {
    const { baseURL, seen } = await serve((call) =>
      call.before === 0 && call.text.includes('+ 1?')
        ? { status: 429, headers: { 'retry-after-ms': '20' }, text: 'slow down' }
        : rightAnswer(call),
    );
    const openai = createOpenAI({ baseURL, apiKey: 'secret' });
    const result = await collect({
      models: [{ model: openai.chat('gpt-x'), reasoningEffort: 'low', ...PRICES }],
      ...{ questions: sums(2), record: recordPath() },
    });
    expect(result.models).toMatchObject([
      { name: 'gpt-x:low', answered: 2, inputTokens: 200, outputTokens: 20 },
    ]);
    expect(seen).toHaveLength(3);
    expect(seen[0]?.headers.authorization).toBe('Bearer secret');
    expect(seen[0]?.body).toMatchObject({ reasoning_effort: 'low' });
  });

  it('ends with the error of a scorer that throws', async () => {
    const { baseURL } = await serve(rightAnswer);
    const score = () => {
      throw new Error('broken scorer');
    };
    const options = { models: [`${baseURL}#m`], record: recordPath() };
    const questions = sums(20).map((each) => ({
      ...each,
      scorer: { id: 'own', version: 1, score },
    }));
    await expect(collect({ ...options, questions })).rejects.toThrow('broken scorer');
  });

  it.each<[Partial<CollectOptions>, RegExp]>([
    [{ models: [] }, /At least one model/],
    [{ models: ['http://127.0.0.1:1/v1'] }, /does not name a model.+#MODEL/],
    [{ models: ['gpt-5'] }, /does not name a model.+vendor:model/],
    [{ models: ['acme:gpt'] }, /Unknown vendor "acme".+openai, .+anthropic/],
    [{ models: [{ model: 'groq:x', apiKeyEnv: 'NO_SUCH_KEY' }] }, /NO_SUCH_KEY is not set/],
    [
      { models: ['http://a/v1#m', 'http://b/v1#m'] },
      /Two models have the name m\. Give one of them another/,
    ],
    [{ models: ['http://a/v1#m'], budget: 1 }, /A budget needs prices, but those of m are unknown/],
    [{ budget: -1 }, /`budget` must be a number of at least 0/],
    [{ concurrency: 0 }, /`concurrency` must be an integer from 1 to 1000/],
    [{ questions: [...sums(1), ...sums(1)] }, /two questions have the id sum-0/],
    [{ questions: [{ id: 'a', prompt: 'x', category: 'c' }] }, /question a has no scorer/],
    [{ questions: [{ id: 'a', prompt: ' ', category: 'c' }] }, /question a has no text/],
    [{ record: '/nowhere/at/all.jsonl' }, /all\.jsonl: cannot be written/],
  ])('refuses %j', async (changed, message) => {
    const options = { models: ['http://127.0.0.1:1/v1#m'], questions: sums(1) };
    await expect(collect({ ...options, record: recordPath(), ...changed })).rejects.toThrow(
      message,
    );
  });

  it('refuses a file that is not a record, and leaves it alone', async () => {
    const record = recordPath();
    await writeFile(record, '{"question": "x", "score": 1}\n');
    const options = { models: ['http://127.0.0.1:1/v1#m'], questions: sums(1), record };
    await expect(collect(options)).rejects.toThrow(/row 1, field call: must be a string/);
    expect(await readFile(record, 'utf8')).toBe('{"question": "x", "score": 1}\n');
  });
});

describe('the budget', () => {
  it('is never exceeded, whatever the answers cost, also over several runs', async () => {
    const { baseURL } = await serve((call) => ({
      text: rightAnswer(call),
      usage: { input: 50, output: 1 + ((call.text.length * 7) % 20) },
      delayMs: 2,
    }));
    const options: CollectOptions = {
      models: ['a', 'b', 'c'].map((name) => ({ model: `${baseURL}#${name}`, ...PRICES })),
      ...{ questions: sums(60), record: recordPath(), maxOutputTokens: 20, concurrency: 6 },
    };
    const first = await collect({ ...options, budget: 5 });
    expect(first.stopped).toBe('budget');
    expect(first.totalCost).toBeLessThanOrEqual(5);
    // What is left over is less than what one more call could cost.
    expect(first.totalCost).toBeGreaterThan(4.4);
    expect(first.models.every(({ stopped }) => stopped?.includes('budget'))).toBe(true);
    expect(await collect({ ...options, budget: 5 })).toMatchObject({ calls: 0, stopped: 'budget' });
    const more = await collect({ ...options, budget: 8 });
    expect(more.totalCost).toBeLessThanOrEqual(8);
    expect(more.totalCost).toBeGreaterThan(first.totalCost);
  });

  it('counts the most that an answer can cost where the provider says no tokens', async () => {
    const { baseURL } = await serve((call) => ({ text: rightAnswer(call), usage: false }));
    const result = await collect({
      models: [{ model: `${baseURL}#m`, ...PRICES, maxOutputTokens: 20 }],
      ...{ questions: sums(10), record: recordPath(), budget: 1.2 },
    });
    expect(result.records.length).toBeLessThan(10);
    expect(result.records.every(({ costIsBound }) => costIsBound === true)).toBe(true);
    expect(result.totalCost).toBeLessThanOrEqual(1.2);
  });
});

describe('planCollect', () => {
  it('says calls, tokens and dollars, and asks nothing', async () => {
    const { baseURL, seen } = await serve(rightAnswer);
    const options: CollectOptions = {
      models: [{ model: `${baseURL}#m`, ...PRICES }, 'http://example.com/v1#other:high'],
      ...{ questions: sums(4), record: recordPath(), maxOutputTokens: 5000 },
    };
    const plan = await planCollect(options);
    expect(plan).toMatchObject({ calls: 8, recorded: 0, cost: undefined, spent: 0 });
    expect(plan.models[0]).toMatchObject({ name: 'm', calls: 4, outputTokens: 1000 });
    expect(plan.models[0]?.cost).toBeCloseTo(10 + (plan.models[0]?.inputTokens ?? 0) / 1000, 6);
    expect(plan.models[0]?.maxCost).toBeGreaterThan(200);
    expect(plan.models[1]).toMatchObject({
      name: 'other:high',
      outputTokens: 9000,
      cost: undefined,
    });
    expect(seen).toHaveLength(0);
    const priced = { ...options, models: options.models.slice(0, 1) };
    await collect({ ...priced, questions: sums(3) });
    expect(await planCollect(priced)).toMatchObject({
      ...{ calls: 1, recorded: 3, outputTokens: 10 },
    });
  });
});

describe('rescore', () => {
  it('scores again without asking, by new keys and scorers', async () => {
    const { baseURL, seen } = await serve(bySkill);
    const options = { models: [`${baseURL}#small`], questions: sums(4), record: recordPath() };
    await collect(options);
    expect(await rescore({ record: options.record })).toMatchObject({ scored: 4, changed: 0 });
    const corrected = { id: 'sum-1', key: '0' };
    const result = await rescore({ record: options.record, questions: [corrected] });
    expect(result).toMatchObject({ scored: 4, changed: 1, undecided: 0 });
    const records = await readCollectRecords(options.record);
    expect(records.map(({ outcome }) => outcome).sort()).toEqual([0, 1, 1, 1]);
    const own = { id: 'own', version: 2, score: () => ({ reason: 'never' }) };
    expect(await rescore({ record: options.record, scorer: own })).toMatchObject({
      ...{ scored: 4, changed: 4, undecided: 4 },
    });
    await expect(rescore({ record: options.record })).rejects.toThrow(
      /was scored by own, which is not built in/,
    );
    expect(seen).toHaveLength(4);
  });
});
