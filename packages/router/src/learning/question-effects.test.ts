import { CorrectnessMatrix, FactorizationModel, Matrix, MISSING, Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { Router } from '../router.js';
import { Learner } from './learner.js';
import { fitQuestionEffects } from './question-effects.js';

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** One skill, one feature, and an ability: z = skill · x + ability. */
function poolOf(models: readonly (readonly [skill: number, ability: number])[]) {
  return new FactorizationModel({
    models: models.map((_, m) => `m${m}`),
    modelEmbeddings: Matrix.fromRows(models.map((embedding) => [...embedding])),
    projection: Matrix.fromRows([[1], [0]]),
    projectionBias: Float32Array.of(0, 1),
    classifier: Matrix.fromRows([
      [0, 0],
      [1, 1],
    ]),
    classifierBias: new Float32Array(2),
  });
}

/** Answers drawn with a random effect of each question, standard deviation `spread`. */
function draw(seed: number, Q: number, M: number, spread: number) {
  const random = new Random(seed);
  const model = poolOf(
    Array.from({ length: M }, () => [random.normal(), random.normal()] as const),
  );
  const embeddings = new Matrix(
    Q,
    1,
    Float32Array.from({ length: Q }, () => random.normal()),
  );
  const scale = Math.sqrt(1 + (Math.PI / 8) * spread ** 2);
  const effects = Array.from({ length: Q }, () => spread * random.normal());
  const z = model.score(embeddings);
  const labels = Uint8Array.from({ length: Q * M }, (_, cell) => {
    const q = Math.floor(cell / M);
    return random.uniform() < sigmoid(scale * z.at(q, cell % M) + effects[q]!) ? 1 : 0;
  });
  const correctness = new CorrectnessMatrix({
    questions: effects.map((_, q) => `q${q}`),
    models: model.models,
    labels,
  });
  return { model, embeddings, correctness, effects, labels };
}

describe('fitQuestionEffects', () => {
  it('finds the spread of effects and each effect that answers were drawn with', () => {
    const { model, embeddings, correctness, effects } = draw(1, 600, 40, 1.5);
    const fitted = fitQuestionEffects({ model, embeddings, correctness });
    expect(Math.sqrt(fitted.variance)).toBeGreaterThan(1.3);
    expect(Math.sqrt(fitted.variance)).toBeLessThan(1.7);
    const error = fitted.effects.map(({ offset }, q) => (offset - effects[q]!) ** 2);
    const mean = error.reduce((sum, value) => sum + value, 0) / error.length;
    expect(mean).toBeLessThan(0.35); // the variance of effects is 2.25
  });

  it('finds no spread where the text says all', () => {
    const { model, embeddings, correctness } = draw(2, 400, 40, 0);
    expect(fitQuestionEffects({ model, embeddings, correctness }).variance).toBeLessThan(0.1);
  });

  it('keeps the logit of a question that no model answered', () => {
    const { model, embeddings, labels, correctness } = draw(3, 50, 20, 1);
    const gaps = Uint8Array.from(labels, (label, cell) => (cell < 20 ? MISSING : label));
    const { effects } = fitQuestionEffects({
      model,
      embeddings,
      correctness: new CorrectnessMatrix({
        questions: correctness.questions,
        models: correctness.models,
        labels: gaps,
      }),
    });
    expect(effects[0]).toEqual({ offset: expect.closeTo(0, 9), scale: expect.closeTo(1, 6) });
  });

  it('takes the models of the answers in any order, and refuses unknown ones', () => {
    const { model, embeddings, correctness } = draw(4, 40, 6, 1);
    const reversed = correctness.selectModels([5, 4, 3, 2, 1, 0]);
    const forwards = fitQuestionEffects({ model, embeddings, correctness });
    const backwards = fitQuestionEffects({ model, embeddings, correctness: reversed });
    expect(backwards.variance).toBeCloseTo(forwards.variance, 5);
    expect(() =>
      fitQuestionEffects({
        model: poolOf([
          [1, 0],
          [2, 0],
        ]),
        embeddings,
        correctness,
      }),
    ).toThrow(/"m2" is not among the models/);
    expect(() => fitQuestionEffects({ model, embeddings: new Matrix(3, 1), correctness })).toThrow(
      /3 embeddings for 40 questions/,
    );
  });
});

describe('a model that joins by questions of known effects', () => {
  const Q = 400;
  const { model, embeddings, correctness } = draw(5, Q, 60, 2);
  const { effects } = fitQuestionEffects({ model, embeddings, correctness });
  const scale = Math.sqrt(1 + (Math.PI / 8) * 4);

  /** What ability a model of skill 1 and ability 1 is found to have by the hardest questions. */
  async function abilityFrom(known: boolean): Promise<number> {
    const hardest = [...effects.keys()].sort((a, b) => effects[a]!.offset - effects[b]!.offset);
    const learner = new Learner(new Router({ model }));
    const answers = hardest.slice(0, 100).map((q) => {
      const z = embeddings.at(q, 0) + 1;
      return {
        question: embeddings.row(q),
        outcome: sigmoid(scale * z + effects[q]!.offset),
        effect: known ? effects[q] : undefined,
      };
    });
    const { posterior } = await learner.addModel('new', answers);
    return posterior.mean[1]!;
  }

  it('is not taken for a worse one because the questions are hard', async () => {
    expect(Math.abs((await abilityFrom(true)) - 1)).toBeLessThan(0.25);
    expect(await abilityFrom(false)).toBeLessThan(0);
  });

  it('is asked what is not surely right or wrong, from every category, cheap before dear', () => {
    const learner = new Learner(new Router({ model }));
    const half = Array.from({ length: Q }, (_, q) => (q < Q / 2 ? 'first' : 'second'));
    const chosen = learner.suggestQuestions(20, {
      candidates: embeddings,
      effects,
      categories: half,
    });
    expect(chosen.filter((q) => half[q] === 'first')).toHaveLength(10);
    const offsets = chosen.map((q) => Math.abs(effects[q]!.offset));
    const typical = effects.map(({ offset }) => Math.abs(offset));
    const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    expect(mean(offsets)).toBeLessThan(0.7 * mean(typical));
    const costs = half.map((category) => (category === 'first' ? 1 : 20));
    const cheap = learner.suggestQuestions(20, { candidates: embeddings, effects, costs });
    expect(cheap.every((q) => half[q] === 'first')).toBe(true);
  });

  it('refuses lists of another length, and costs of nothing', () => {
    const learner = new Learner(new Router({ model }));
    const options = { candidates: embeddings };
    expect(() => learner.suggestQuestions(2, { ...options, categories: ['a'] })).toThrow(
      /`categories` has 1 entries, but there are 400 questions/,
    );
    expect(() => learner.suggestQuestions(2, { ...options, costs: new Float64Array(Q) })).toThrow(
      /above 0/,
    );
  });

  it('is believed less firmly with a wider prior', async () => {
    const variance = async (priorWidth: number): Promise<number> => {
      const learner = new Learner(new Router({ model }), { priorWidth });
      const { posterior } = await learner.addModel('new', [
        { question: embeddings.row(0), outcome: 1 },
      ]);
      return posterior.covariance[0]!;
    };
    expect(await variance(2)).toBeGreaterThan(1.2 * (await variance(1)));
    expect(() => new Learner(new Router({ model }), { priorWidth: 0 })).toThrow(/priorWidth/);
  });
});

describe('predictAccuracies', () => {
  const Q = 300;
  const { model, embeddings, correctness } = draw(6, Q, 60, 1.5);
  const { effects, variance } = fitQuestionEffects({ model, embeddings, correctness });
  const scale = Math.sqrt(1 + (Math.PI / 8) * variance);

  it('holds the true accuracy of new models nearly as often as it says', async () => {
    const random = new Random(9);
    let held = 0;
    const models = 30;
    for (let index = 0; index < models; index++) {
      const [skill, ability] = [random.normal(), random.normal()];
      const truth = (q: number): number =>
        sigmoid(scale * (skill * embeddings.at(q, 0) + ability) + effects[q]!.offset);
      const accuracy = effects.reduce((sum, _, q) => sum + truth(q), 0) / Q;
      const learner = new Learner(new Router({ model }));
      const asked = random.shuffle([...effects.keys()]).slice(0, 30);
      await learner.addModel(
        'new',
        asked.map((q) => ({
          question: embeddings.row(q),
          outcome: random.uniform() < truth(q) ? 1 : 0,
          effect: effects[q],
        })),
      );
      const { models: found } = learner.predictAccuracies({
        questions: embeddings,
        effects,
        draws: 300,
      });
      const estimate = found[0];
      if (accuracy >= estimate!.low && accuracy <= estimate!.high) held++;
    }
    expect(held / models).toBeGreaterThan(0.87);
  });

  it('says which model is likely the best', async () => {
    const learner = new Learner(new Router({ model }));
    const answers = (outcome: number) =>
      Array.from({ length: 40 }, (_, q) => ({
        question: embeddings.row(q),
        outcome: q % 4 === 0 ? 1 - outcome : outcome,
        effect: effects[q],
      }));
    await learner.addModel('strong', answers(1));
    await learner.addModel('weak', answers(0));
    const { models, routing } = learner.predictAccuracies({ questions: embeddings, effects });
    const [strong, weak] = models;
    expect(strong).toMatchObject({ model: 'strong' });
    expect(strong!.low).toBeGreaterThan(weak!.high);
    expect(strong!.probabilityBest).toBeGreaterThan(0.99);
    expect(strong!.probabilityBest + weak!.probabilityBest).toBeCloseTo(1, 9);
    expect(routing.accuracy).toBeGreaterThanOrEqual(strong!.accuracy - 0.01);
    expect(routing.lessBest.accuracy).toBeCloseTo(routing.accuracy - strong!.accuracy, 9);
    const again = learner.predictAccuracies({ questions: embeddings, effects });
    expect(again.models[0]).toEqual(strong);
    expect(() => learner.predictAccuracies({ questions: embeddings, models: ['nobody'] })).toThrow(
      /"nobody"/,
    );
    expect(() => learner.predictAccuracies({ questions: embeddings, draws: 3 })).toThrow(/draws/);
  });
});
