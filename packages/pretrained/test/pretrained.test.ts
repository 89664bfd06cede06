import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fromPretrained, savePretrained } from '@embedllm/core/node';
import { restoreEncoder } from '@embedllm/question-encoder';
import { Router } from '@embedllm/router';
import { Learner, onboardModels } from '@embedllm/router/learning';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as portable from '../src/index.js';
import { COLLECTIONS, pretrained, questionBank } from '../src/node.js';

const DATA = join(import.meta.dirname, '../data');

describe.each(COLLECTIONS)('the artifact of %s', (collection) => {
  it('routes a text to a model that it knows', async () => {
    const router = await Router.fromPretrained(pretrained({ collection }), {
      encoder: restoreEncoder,
    });
    const { prompt } = (await questionBank({ collection })).questions[0]!;
    const decision = await router.route(prompt);
    expect(router.models.map(({ name }) => name)).toContain(decision.model.name);
    expect(decision.probability).toBeGreaterThan(0.3);
    expect(decision.familiarity).toBeGreaterThan(0.01);
    const unknown = await router.route('日本の首都はどこですか。');
    expect(unknown.familiarity).toBeLessThan(0.01);
  });

  it('has a card that says what was measured', async () => {
    const artifact = await pretrained({ collection });
    const card = await readFile(join(DATA, collection, 'README.md'), 'utf8');
    expect(card).toContain(`log loss ${artifact.metrics['test.logLoss']?.toFixed(4)}`);
    expect(card).toContain(`${artifact.models.length} models`);
    expect(artifact.models.map(({ name }) => name)).toContain(artifact.training.singleBest);
  });
});

describe('the question banks', () => {
  it('hold keys in the form of their scorers, and different questions', async () => {
    const academic = await questionBank();
    expect(academic.collection).toBe('mmlu-pro');
    expect(new Set(academic.questions.map(({ category }) => category)).size).toBe(14);
    const mathematical = await questionBank({ collection: 'zeroeval' });
    expect(new Set(mathematical.questions.map(({ scorer }) => scorer))).toEqual(
      new Set(['number', 'latex', 'python-literal']),
    );
    const questions = [...academic.questions, ...mathematical.questions];
    expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
    for (const { id, key, scorer, prompt, effect, poolAccuracy } of questions) {
      if (scorer === 'choice') expect(prompt, id).toContain(`\n${key}. `);
      if (scorer === 'number')
        expect(Number.isFinite(Number(key.replaceAll(',', ''))), id).toBe(true);
      expect(effect.scale, id).toBeGreaterThanOrEqual(1);
      expect(poolAccuracy, id).toBeGreaterThanOrEqual(0);
      expect(poolAccuracy, id).toBeLessThanOrEqual(1);
    }
  });

  it('tell a strong model from a weak one by forty answers', async () => {
    const artifact = await pretrained();
    const { questions } = await questionBank();
    const router = await Router.fromPretrained(artifact, { encoder: restoreEncoder });
    const learner = new Learner(router);
    const { embeddings } = await router.encode(questions.map(({ prompt }) => prompt));
    const effects = questions.map(({ effect }) => effect);
    const asked = learner.suggestQuestions(40, {
      candidates: embeddings,
      effects,
      categories: questions.map(({ category }) => category),
    });
    // One that answers what most of the pool does, and one that answers what few do not.
    const join = (name: string, share: number) =>
      learner.addModel(
        name,
        asked.map((index) => ({
          question: embeddings.row(index),
          outcome: questions[index]!.poolAccuracy > share ? 1 : 0,
          effect: effects[index],
        })),
      );
    await join('strong', 0.25);
    await join('weak', 0.75);
    const [strong, weak] = learner.predictAccuracies({ questions: embeddings, effects }).models;
    expect(strong!.accuracy).toBeGreaterThan(weak!.accuracy + 0.3);
    expect(strong!.low).toBeGreaterThan(weak!.high);
    expect(strong!.probabilityBest).toBeGreaterThan(0.99);
  });
});

describe('over HTTP', () => {
  let server: Server;
  let baseURL: string;
  const requested: string[] = [];
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      requested.push(request.url ?? '');
      try {
        response.end(await readFile(join(DATA, (request.url ?? '').replace('/data/', ''))));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  it('loads as browsers do, the encoder from where all collections have it', async () => {
    const options = { collection: 'zeroeval', baseURL: `${baseURL}/data` } as const;
    expect((await portable.pretrained(options)).models.length).toBeGreaterThan(40);
    expect((await portable.questionBank(options)).questions.length).toBeGreaterThan(100);
    expect(requested).toContain('/data/encoder/lsa.safetensors');
  });

  it('names the address where nothing answers', async () => {
    const options = { baseURL: 'http://127.0.0.1:1/data/' };
    await expect(portable.questionBank(options)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:1\/data\/mmlu-pro\/questions\.jsonl cannot be read: .*baseURL/,
      ),
    });
  });

  it('says what is not served', async () => {
    const options = { baseURL: `${baseURL}/elsewhere/` };
    await expect(portable.pretrained(options)).rejects.toMatchObject({ code: 'io' });
    await expect(portable.questionBank(options)).rejects.toThrow(
      /elsewhere\/mmlu-pro\/questions\.jsonl cannot be read: the server answered 404/,
    );
  });
});

it('refuses an unknown collection', async () => {
  const options = { collection: 'mmlu' as 'mmlu-pro' };
  await expect(async () => pretrained(options)).rejects.toThrow(
    'Unknown collection "mmlu". Available: mmlu-pro, zeroeval.',
  );
  await expect(questionBank(options)).rejects.toMatchObject({ code: 'invalid-argument' });
});

it('refuses a damaged bank, with its line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-bank-'));
  try {
    await mkdir(join(folder, 'mmlu-pro'));
    await writeFile(join(folder, 'mmlu-pro/questions.jsonl'), '\n{"prompt":"x"}\n');
    await expect(questionBank({ baseURL: pathToFileURL(folder) })).rejects.toMatchObject({
      code: 'invalid-data',
      location: { row: 2 },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('models of one’s own', () => {
  it('make a router of their own, and further ones join what the pool knows', async () => {
    const artifact = await pretrained();
    const encoder = await restoreEncoder(artifact.encoder);
    const { questions } = await questionBank();
    const asked = [...questions.keys()].slice(0, 60);
    const answering = (name: string, share: number) => ({
      model: { name, pricePerMillionOutputTokens: 1 },
      answers: asked.map((question) => ({
        question,
        outcome: questions[question]!.poolAccuracy > share ? 1 : 0,
      })),
    });
    // One has the name of a model of the pool.
    const taken = artifact.models[0]!.name;
    const { artifact: own, predicted } = await onboardModels({
      artifact,
      encoder,
      questions,
      models: [answering('mine', 0.3), answering(taken, 0.7)],
    });
    expect(own.models.map(({ name }) => name)).toEqual(['mine', taken]);
    expect(own.training.singleBest).toBe('mine');
    expect(own.metrics).toEqual({});
    expect(predicted.models.map(({ model }) => model)).toEqual(['mine', taken]);
    expect(predicted.models[0]!.accuracy).toBeGreaterThan(predicted.models[1]!.high);

    const folder = await mkdtemp(join(tmpdir(), 'embedllm-own-'));
    try {
      await savePretrained(folder, own, { overwrite: true });
      const loaded = await fromPretrained(folder);
      const router = Router.fromArtifact(loaded, { encoder });
      expect((await router.route(questions[0]!.prompt)).model.name).toBe('mine');
      const whole = new Learner(Router.fromArtifact(artifact, { encoder }), { priorWidth: 2 });
      const learner = Learner.restore(router, loaded.learning, { priorWidth: 2 });
      const answers = asked.slice(0, 20).map((q) => ({
        question: questions[q]!.prompt,
        outcome: 1,
        effect: questions[q]!.effect,
      }));
      const third = await learner.addModel('third', answers);
      const alone = await whole.addModel('third', answers);
      expect([...third.posterior.mean]).toEqual([...alone.posterior.mean]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('learn from their own questions of unknown easiness', async () => {
    const artifact = await pretrained();
    const encoder = await restoreEncoder(artifact.encoder);
    const bankQuestions = (await questionBank()).questions;
    const questions = bankQuestions.slice(0, 100);
    const ownQuestions = bankQuestions.slice(-40).map(({ prompt, category }, index) => ({
      ...{ id: `own ${index}`, category, prompt: `In our own words: ${prompt}` },
    }));
    const bank = [...questions.keys()].slice(0, 20);
    const predicted = async (better: number, worse: number) => {
      const answering = (name: string, share: number, own: number) => ({
        model: { name },
        answers: [
          ...bank.map((question, i) => ({ question, outcome: i < share * 20 ? 1 : 0 })),
          ...ownQuestions.map((_, i) => ({
            ...{ question: questions.length + i, outcome: i % 10 < 10 * own ? 1 : 0 },
          })),
        ],
      });
      const models = [answering('a', 0.5, better), answering('b', 0.5, worse)];
      const given = { artifact, encoder, questions, ownQuestions, models };
      return (await onboardModels(given)).predicted.models.map(({ accuracy }) => accuracy);
    };
    const [a = 0, b = 0] = await predicted(0.5, 0.1);
    expect(a - b).toBeGreaterThan(0.05);
    // Easy questions do not make all models look good.
    const [c = 0, d = 0] = await predicted(0.9, 0.5);
    expect(Math.abs(c + d - a - b) / 2).toBeLessThan(0.03);
  });

  it('are refused with no model, or an answer to no question', async () => {
    const artifact = await pretrained();
    const encoder = await restoreEncoder(artifact.encoder);
    const { questions } = await questionBank();
    const given = { artifact, encoder, questions: questions.slice(0, 2) };
    await expect(onboardModels({ ...given, models: [] })).rejects.toThrow(/no models to onboard/);
    const answers = [{ question: 2, outcome: 1 }];
    await expect(
      onboardModels({ ...given, models: [{ model: { name: 'a' }, answers }] }),
    ).rejects.toThrow(/must be an integer from 0 to 1/);
  });
});
