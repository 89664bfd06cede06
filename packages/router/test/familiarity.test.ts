import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EmbedLLMError,
  Matrix,
  type QuestionEncoder,
  routeAll,
  sigmoid,
  splitQuestions,
} from '@embedllm/core';
import {
  familiarLogits,
  fitFamiliarity,
  guardScores,
  restoreFamiliarity,
} from '@embedllm/core/familiarity';
import { fromPretrained, savePretrained } from '@embedllm/core/node';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import {
  createHashingEncoder,
  encoderRecord,
  fitLsaEncoder,
  restoreEncoder,
  withCategories,
} from '@embedllm/question-encoder';
import { simulatePool } from '@embedllm/simulated-pool';
import { trainDirect, trainWithCategories } from '@embedllm/trainer';
import { afterAll, describe, expect, it } from 'vitest';
import { hasZeroEval, ZEROEVAL } from '../bench/zeroeval/read-costs.js';
import { allow, bestQuality, deny, Router, whenUnfamiliar } from '../src/index.js';

const GIBBERISH = ['asdkjh qwoeiu zxmcn vbnal', '日本の首都はどこですか。', '.'];

const { questions, models, correctness } = simulatePool({
  models: 8,
  questionsPerBenchmark: 60,
}).dataset;
const categories = questions.map(({ category }) => category);
const texts = questions.map(({ prompt }) => prompt);
const split = splitQuestions(categories, { seed: 0 });
const textsOf = (indices: readonly number[]): string[] => indices.map((q) => texts[q] as string);
const categoriesOf = (indices: readonly number[]): string[] =>
  indices.map((q) => categories[q] as string);

/** Two numbers, neither of a fixed length: how many letters, and how many digits. */
const counts: QuestionEncoder = {
  id: 'counts',
  dimensions: 2,
  encode: async (given) =>
    Matrix.fromRows(
      given.map((text) => [
        text.match(/[a-z]/gi)?.length ?? 0,
        (text.match(/\d/g)?.length ?? 0) + 0.01 * text.length,
      ]),
    ),
};

const lsa = await fitLsaEncoder({ texts: textsOf(split.train), dimensions: 32 });

async function artifactOf(encoder: QuestionEncoder) {
  const part = async (indices: readonly number[]) => ({
    embeddings: await encoder.encode(textsOf(indices)),
    correctness: correctness.selectQuestions(indices),
    coverage: await encoder.coverage?.(textsOf(indices)),
  });
  const [train, heldOut] = [await part(split.train), await part(split.validation)];
  const { model, record } = await trainDirect({ train, validation: heldOut });
  const familiarity = fitFamiliarity({
    model,
    train: train.embeddings,
    categories: categoriesOf(split.train),
    heldOut,
  });
  return {
    model,
    models,
    encoder: encoderRecord(encoder),
    training: { ...record, singleBest: models[3]?.name },
    metrics: {},
    familiarity: familiarity.record,
  };
}

const artifact = await artifactOf(lsa);
const router = Router.fromArtifact(artifact, { encoder: lsa });
const { indicators } = await trainWithCategories({
  train: {
    embeddings: await lsa.encode(textsOf(split.train)),
    correctness: correctness.selectQuestions(split.train),
    categories: categoriesOf(split.train),
  },
  ridges: [1],
  ranks: [2],
});
const categorized = await withCategories(lsa, indicators);
const parent = await mkdtemp(join(tmpdir(), 'router-familiarity-'));
afterAll(() => rm(parent, { recursive: true }));

describe('familiarity of questions', () => {
  it.each<[string, QuestionEncoder]>([
    ['lsa', lsa],
    ['hashing', createHashingEncoder({ dimensions: 128 })],
    ['categories', categorized],
  ])('%s: high for questions like those of training, low for gibberish', async (_, encoder) => {
    const made = Router.fromArtifact(await artifactOf(encoder), { encoder });
    const usual = await made.routeMany(textsOf(split.test));
    const mean = usual.reduce((sum, one) => sum + (one.familiarity ?? 0) / usual.length, 0);
    expect(mean).toBeGreaterThan(0.3);
    for (const { familiarity } of await made.routeMany(GIBBERISH.slice(0, 2))) {
      expect(familiarity).toBeLessThan(0.05);
    }
  });

  it('bounds what an encoder of two numbers makes of a text unlike any other', async () => {
    const made = Router.fromArtifact(await artifactOf(counts), { encoder: counts });
    const strange = await made.route('9'.repeat(100_000));
    expect(strange.familiarity).toBe(0);
    const without = new Router({ model: (await artifactOf(counts)).model, encoder: counts });
    const { probability } = await without.route('9'.repeat(100_000));
    expect(Math.min(probability, 1 - probability)).toBeLessThan(0.001);
    expect(strange.probability).toBeGreaterThan(0.05);
    expect(strange.probability).toBeLessThan(0.95);
  });

  it('gives texts of which nothing is known the same odds, whatever they are', async () => {
    const [first, second] = await router.routeMany(['asdkjh qwoeiu', 'вфыв ывфыв фывфы']);
    expect(first?.probability).toBeCloseTo(second?.probability ?? 0, 6);
  });

  it('falls back on the accuracies of the models that the artifact knows, as measured without it', async () => {
    const names = artifact.model.models.slice(1);
    const fallback = { below: 1, weight: 0, models: names, logits: names.map(() => -2) };
    const record = { ...artifact.familiarity, fallback };
    const made = Router.fromArtifact({ ...artifact, familiarity: record }, { encoder: lsa });
    const { embeddings, coverage } = await router.encode(['zzz qqq', ...textsOf(split.test)]);
    const probabilities = made.predict(embeddings, { coverage }).probabilities;
    const plain = router.predict(embeddings, { coverage }).probabilities;
    expect(probabilities.at(0, 1)).toBeCloseTo(1 / (1 + Math.exp(2)), 6);
    expect(probabilities.at(0, 0)).toBe(plain.at(0, 0));
    const familiarity = restoreFamiliarity(record);
    const measured = familiarLogits({ model: artifact.model, familiarity, embeddings, coverage });
    sigmoid(measured.logits).data.forEach((p, index) => {
      expect(probabilities.data[index]).toBeCloseTo(p, 5);
    });
  });

  it('is the same through routeMany, embeddings with coverage, predict and choose', async () => {
    const asked = [...textsOf(split.test.slice(0, 4)), 'zzz qqq'];
    const { embeddings, coverage } = await router.encode(asked);
    const decisions = await router.routeMany(asked);
    const again = router.routeEmbeddings(embeddings, { coverage });
    expect(again).toEqual(decisions);
    expect([...router.familiarity(embeddings, { coverage })]).toEqual(
      decisions.map(({ familiarity }) => familiarity),
    );
    const chosen = router.choose(embeddings, { coverage });
    expect([...chosen].map((m) => router.models[m]?.name)).toEqual(
      decisions.map(({ model }) => model.name),
    );
    const { probabilities } = router.predict(embeddings, { coverage });
    decisions.forEach(({ probability }, row) => {
      expect(Math.max(...probabilities.row(row))).toBeCloseTo(probability, 6);
    });
  });

  it('travels in the artifact, and is absent from artifacts without it', async () => {
    const folder = join(parent, 'with');
    await savePretrained(folder, artifact);
    const loaded = await fromPretrained(folder);
    expect(loaded.familiarity).toEqual(artifact.familiarity);
    expect(loaded.training.singleBest).toBe(models[3]?.name);
    expect(loaded.modelCard).toMatch(/Familiarity of questions: by the share of the text/);
    const restored = await Router.fromPretrained(loaded, { encoder: restoreEncoder });
    expect(await restored.route('zzz')).toEqual(await router.route('zzz'));

    const { familiarity: _, ...old } = artifact;
    await savePretrained(join(parent, 'without'), old);
    const plain = await Router.fromPretrained(join(parent, 'without'), {
      encoder: restoreEncoder,
    });
    expect(await plain.route('zzz')).not.toHaveProperty('familiarity');
    const { embeddings } = await plain.encode(['zzz']);
    expect([...plain.familiarity(embeddings)]).toEqual([Number.NaN]);
  });
});

describe('whenUnfamiliar', () => {
  const known = texts[split.test[0] as number] as string;

  it('sends unfamiliar questions to the model named or the single best, others as before', async () => {
    for (const [use, expected] of [
      [undefined, models[3]?.name],
      [models[6]?.name, models[6]?.name],
    ]) {
      const policy = [whenUnfamiliar({ below: 0.01, use }), bestQuality()];
      const decision = await router.route('qqq zzz', { policy });
      expect(decision.model.name).toBe(expected);
      expect(decision.reason).toContain(`${expected} is used`);
      expect(decision.policy).toContain('familiar');
      const usual = await router.route(known, { policy });
      expect(usual.model).toEqual((await router.route(known)).model);
    }
  });

  it('leaves the choice to the objective where constraints turn the model away', async () => {
    const policy = [whenUnfamiliar({ below: 0.01 }), deny([models[3]?.name ?? ''])];
    const decision = await router.route('qqq zzz', { policy });
    expect(decision.model.name).not.toBe(models[3]?.name);
    const only = [whenUnfamiliar({ below: 1 }), allow([models[1]?.name ?? ''])];
    expect((await router.route(known, { policy: only })).model.name).toBe(models[1]?.name);
  });

  it('is refused at once where the router cannot keep it', async () => {
    const { familiarity: _, ...old } = artifact;
    const policy = whenUnfamiliar({ below: 0.01 });
    expect(() => Router.fromArtifact(old, { policy })).toThrow(
      /records how familiar questions are/,
    );
    const training = { ...artifact.training, singleBest: undefined };
    expect(() => Router.fromArtifact({ ...artifact, training }, { policy })).toThrow(
      /records the single best model/,
    );
    const unknown = router.route(known, { policy: whenUnfamiliar({ below: 0.1, use: 'nobody' }) });
    await expect(unknown).rejects.toThrow(EmbedLLMError);
    expect(() => whenUnfamiliar({ below: 1.1 })).toThrow(/below/);
    await expect(router.route(known, { policy: [policy, policy] })).rejects.toThrow(
      /one redirection/,
    );
  });
});

describe.skipIf(!hasZeroEval)('familiarity on ZeroEval', async () => {
  if (!hasZeroEval) {
    it.skip('needs the folder that EMBEDLLM_ZEROEVAL names', () => {});
    return;
  }
  const folder = await readEvaluationFolder(ZEROEVAL);
  const parts = folder.split ?? { train: [], validation: [], test: [] };
  const prompts = (indices: readonly number[]): string[] =>
    indices.map((q) => folder.questions[q]?.prompt ?? '');
  const encoder = await fitLsaEncoder({ texts: prompts(parts.train) });
  const part = async (indices: readonly number[]) => ({
    embeddings: await encoder.encode(prompts(indices)),
    correctness: folder.correctness.selectQuestions(indices),
    coverage: await encoder.coverage(prompts(indices)),
  });
  const [train, heldOut] = [await part(parts.train), await part(parts.validation)];
  const { model } = await trainDirect({ train, validation: heldOut });
  const familiarity = fitFamiliarity({
    model,
    train: train.embeddings,
    categories: parts.train.map((q) => folder.questions[q]?.category ?? ''),
    heldOut,
  });
  const trained = new Router({ model, encoder, familiarity });

  it('gibberish, Japanese and a lone "." get no better odds than the best model has in general', async () => {
    for (const decision of await trained.routeMany(GIBBERISH)) {
      expect(decision.familiarity).toBeLessThan(0.01);
      // o1-mini answers 93% of the test questions.
      expect(decision.probability).toBeLessThan(0.93);
    }
  });

  it('in Chinese a question is less familiar than in English', async () => {
    const [english, chinese] = await trained.routeMany([
      'Let $f(x) = x^2 + 3x + 2$. Find the sum of all values of $a$ such that $f(a) = 12$.',
      '设 $f(x) = x^2 + 3x + 2$。求满足 $f(a) = 12$ 的所有 $a$ 的值之和。',
    ]);
    expect(chinese?.familiarity).toBeLessThan((english?.familiarity ?? 0) / 2);
  });
});

describe('the guard of an artifact', () => {
  const guard = { below: 0.25, margin: 0.1 };
  const best = models[3]?.name ?? '';
  const guarded = {
    ...artifact,
    familiarity: { ...artifact.familiarity, guard } as NonNullable<typeof artifact.familiarity>,
  };
  const asked = [...split.test.slice(0, 60).map((index) => texts[index] as string), 'qqq zzz'];

  it('decides by default as `guardScores` says, and any policy replaces it', async () => {
    const own = Router.fromArtifact(guarded, { encoder: lsa });
    const { embeddings, coverage } = await own.encode(asked);
    const scores = guardScores({
      probabilities: own.predict(embeddings, { coverage }).probabilities,
      familiarity: own.familiarity(embeddings, { coverage }),
      guard,
      best: 3,
    });
    const decisions = await own.routeMany(asked);
    expect(decisions.map(({ model }) => own.models.indexOf(model))).toEqual([...routeAll(scores)]);
    expect(decisions.at(-1)?.model.name).toBe(best);
    expect(decisions[0]?.policy).toMatch(/single-best when less than 25\.0% familiar, preferring/);
    const plain = await router.routeMany(asked);
    const free = await own.routeMany(asked, { policy: bestQuality() });
    expect(free.map(({ model }) => model.name)).toEqual(plain.map(({ model }) => model.name));
    expect(decisions.map(({ model }) => model.name)).not.toEqual(
      plain.map(({ model }) => model.name),
    );
  });

  it('is refused where it is out of range', () => {
    const familiarity = { ...guarded.familiarity, guard: { below: 2, margin: 0 } };
    expect(() => Router.fromArtifact({ ...guarded, familiarity })).toThrow(/`below`.*from 0 to 1/);
  });

  it('falls away with the single best model', async () => {
    const own = Router.fromArtifact(guarded, { encoder: lsa });
    own.removeModel(best);
    expect((await own.route('qqq zzz')).model.name).not.toBe(best);
    const training = { ...artifact.training, singleBest: undefined };
    const unknown = Router.fromArtifact({ ...guarded, training }, { encoder: lsa });
    expect((await unknown.route('qqq zzz')).policy).toBe('best quality');
  });
});
