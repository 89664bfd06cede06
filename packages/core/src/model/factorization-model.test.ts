import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matrix } from '../matrix/matrix.js';
import { Random } from '../random/random.js';
import { FactorizationModel, type FactorizationParameters } from './factorization-model.js';
import { FoldedModel } from './folded-model.js';

const fails = (code: string): unknown => expect.objectContaining({ code });

function gaussian(random: Random, rows: number, cols: number): Matrix {
  return new Matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => random.normal()),
  );
}

interface Size {
  readonly seed: number;
  readonly models: number;
  readonly d: number;
  readonly D: number;
}

function parametersOf({ seed, models, d, D }: Size): FactorizationParameters {
  const random = new Random(seed);
  return {
    modelEmbeddings: gaussian(random, models, d),
    projection: gaussian(random, d, D),
    projectionBias: gaussian(random, 1, d).data,
    classifier: gaussian(random, 2, d),
    classifierBias: gaussian(random, 1, 2).data,
  };
}

const namesOf = (count: number): string[] => Array.from({ length: count }, (_, m) => `model-${m}`);

const randomModel = (size: Size): FactorizationModel =>
  new FactorizationModel({ models: namesOf(size.models), ...parametersOf(size) });

/** Both logits as published: classifier (p_m * (W x + b)) + bias, one sum at a time in float64. */
function publishedLogits(model: FactorizationModel, x: Float32Array, m: number): [number, number] {
  const logits: [number, number] = [model.classifierBias[0]!, model.classifierBias[1]!];
  for (let k = 0; k < model.dimensions; k++) {
    let projected = model.projectionBias[k]!;
    for (let j = 0; j < x.length; j++) projected += model.projection.at(k, j) * x[j]!;
    const product = model.modelEmbeddings.at(m, k) * projected;
    logits[0] += model.classifier.at(0, k) * product;
    logits[1] += model.classifier.at(1, k) * product;
  }
  return logits;
}

const anySize = fc.record({
  seed: fc.nat(),
  models: fc.integer({ min: 0, max: 9 }),
  d: fc.integer({ min: 1, max: 12 }),
  D: fc.integer({ min: 1, max: 12 }),
  questions: fc.integer({ min: 0, max: 6 }),
});

describe('FactorizationModel', () => {
  it('scores the difference of the two published logits, and folds to the same scores', () => {
    fc.assert(
      fc.property(anySize, (size) => {
        const model = randomModel(size);
        const questions = gaussian(new Random(size.seed + 1), size.questions, size.D);
        const scores = model.score(questions);
        const folded = model.fold();
        const foldedScores = folded.score(questions);
        expect([scores.rows, scores.cols]).toEqual([size.questions, size.models]);
        expect(folded.models).toEqual(model.models);
        for (let q = 0; q < size.questions; q++) {
          for (let m = 0; m < size.models; m++) {
            const [incorrect, correct] = publishedLogits(model, questions.row(q), m);
            // Terms reach the hundreds, and 32-bit floats keep 7 digits.
            expect(scores.at(q, m)).toBeCloseTo(correct - incorrect, 2);
            expect(foldedScores.at(q, m)).toBeCloseTo(correct - incorrect, 2);
          }
        }
      }),
    );
  });

  it('predicts the softmax of the two published logits', () => {
    const model = randomModel({ seed: 3, models: 4, d: 3, D: 5 });
    const questions = gaussian(new Random(4), 6, 5);
    const probabilities = model.predictProbabilities(questions);
    const folded = model.fold().predictProbabilities(questions);
    for (let q = 0; q < 6; q++) {
      for (let m = 0; m < 4; m++) {
        const [incorrect, correct] = publishedLogits(model, questions.row(q), m);
        const softmax = Math.exp(correct) / (Math.exp(correct) + Math.exp(incorrect));
        expect(probabilities.at(q, m)).toBeCloseTo(softmax, 5);
        expect(folded.at(q, m)).toBeCloseTo(softmax, 5);
      }
    }
  });

  it('knows its dimensions', () => {
    const model = randomModel({ seed: 1, models: 2, d: 3, D: 5 });
    expect([model.dimensions, model.questionDimensions]).toEqual([3, 5]);
  });

  it('gives the directions that, with the projected question, make the scores', () => {
    fc.assert(
      fc.property(anySize, (size) => {
        const model = randomModel(size);
        const { modelDirections } = model;
        expect([modelDirections.rows, modelDirections.cols]).toEqual([size.models, size.d]);
        const x = gaussian(new Random(size.seed + 1), 1, size.D);
        const scores = model.score(x);
        for (let m = 0; m < size.models; m++) {
          let score = model.classifierBias[1]! - model.classifierBias[0]!;
          for (let k = 0; k < size.d; k++) {
            let projected = model.projectionBias[k]!;
            for (let j = 0; j < size.D; j++) projected += model.projection.at(k, j) * x.data[j]!;
            score += modelDirections.at(m, k) * projected;
          }
          expect(scores.at(0, m)).toBeCloseTo(score, 2);
        }
      }),
    );
  });

  it.each([
    ['P.weight', { modelEmbeddings: new Matrix(3, 3) }],
    ['text_proj.weight', { projection: new Matrix(4, 5) }],
    ['text_proj.bias', { projectionBias: new Float32Array(2) }],
    ['classifier.weight', { classifier: new Matrix(3, 3) }],
    ['classifier.bias', { classifierBias: new Float32Array(1) }],
  ])('refuses %s of a wrong shape', (name, part) => {
    const parameters = { ...parametersOf({ seed: 1, models: 2, d: 3, D: 5 }), ...part };
    const make = (): unknown => new FactorizationModel({ models: ['a', 'b'], ...parameters });
    expect(make).toThrow(fails('shape-mismatch'));
    expect(make).toThrow(new RegExp(name));
  });

  it('refuses values that are not finite, and repeated names', () => {
    const parameters = parametersOf({ seed: 1, models: 2, d: 3, D: 5 });
    expect(() => new FactorizationModel({ models: ['a', 'a'], ...parameters })).toThrow(
      fails('invalid-argument'),
    );
    parameters.projection.data[7] = Number.NaN;
    const make = (): unknown => new FactorizationModel({ models: ['a', 'b'], ...parameters });
    expect(make).toThrow(fails('not-finite'));
    expect(make).toThrow(/text_proj.weight have NaN at row 1, column 2/);
  });

  it('refuses to give scores that overflow', () => {
    const model = new FactorizationModel({
      models: ['a'],
      modelEmbeddings: Matrix.fromRows([[2]]),
      projection: Matrix.fromRows([[2]]),
      projectionBias: Float32Array.of(0),
      classifier: Matrix.fromRows([[0], [1]]),
      classifierBias: Float32Array.of(0, 0),
    });
    const huge = Matrix.fromRows([[3e38]]);
    expect(() => model.score(huge)).toThrow(/scores have Infinity at row 0, column 0/);
    expect(() => model.fold().score(huge)).toThrow(fails('not-finite'));
  });

  it('refuses questions that do not fit or are not finite', () => {
    const model = randomModel({ seed: 1, models: 2, d: 3, D: 5 });
    for (const form of [model, model.fold()]) {
      expect(() => form.score(new Matrix(1, 4))).toThrow(fails('shape-mismatch'));
      const broken = new Matrix(1, 5, Float32Array.of(0, 0, Number.NaN, 0, 0));
      expect(() => form.predictProbabilities(broken)).toThrow(fails('not-finite'));
    }
  });
});

describe('FoldedModel', () => {
  it('is one logistic regression per model', () => {
    const folded = new FoldedModel({
      models: ['a', 'b'],
      weights: Matrix.fromRows([
        [1, 2],
        [0, -1],
      ]),
      bias: Float32Array.of(0.5, 0),
    });
    expect([...folded.score(Matrix.fromRows([[3, 4]])).data]).toEqual([11.5, -4]);
  });

  it('refuses parts that do not fit, are not finite or repeat a name', () => {
    const make = (models: string[], rows: number, bias: number[]): FoldedModel =>
      new FoldedModel({ models, weights: new Matrix(rows, 2), bias: Float32Array.from(bias) });
    expect(() => make(['a', 'b'], 1, [0, 0])).toThrow(fails('shape-mismatch'));
    expect(() => make(['a', 'b'], 2, [0])).toThrow(fails('shape-mismatch'));
    expect(() => make(['a'], 1, [Number.NaN])).toThrow(fails('not-finite'));
    expect(() => make(['a', 'a'], 2, [0, 0])).toThrow(fails('invalid-argument'));
    const weights = new Matrix(1, 1, Float32Array.of(Number.POSITIVE_INFINITY));
    expect(() => new FoldedModel({ models: ['a'], weights, bias: new Float32Array(1) })).toThrow(
      fails('not-finite'),
    );
  });
});
