import {
  EmbedLLMError,
  type ErrorCode,
  FactorizationModel,
  Matrix,
  type QuestionEncoder,
  Random,
} from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allow, deny } from './policies/allow-deny.js';
import { cheapestAbove } from './policies/cheapest-above.js';
import { Router } from './router.js';
import type { RouteEmbeddingOptions, RouterOptions } from './router-options.js';

/** Three specialists: model m scores 2 x_m, so that P(correct) = sigmoid(2 x_m). */
const names = ['algebra', 'biology', 'chess'];
const identity = Matrix.fromRows([
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]);
const specialists = new FactorizationModel({
  models: names,
  modelEmbeddings: identity,
  projection: identity,
  projectionBias: new Float32Array(3),
  classifier: Matrix.fromRows([
    [-1, -1, -1],
    [1, 1, 1],
  ]),
  classifierBias: new Float32Array(2),
});

/** Counts the word of each specialist. */
function countingEncoder(overrides: Partial<QuestionEncoder> = {}): QuestionEncoder {
  return {
    id: 'counting',
    dimensions: 3,
    encode: async (texts) =>
      Matrix.fromRows(texts.map((text) => names.map((name) => text.split(name).length - 1))),
    ...overrides,
  };
}

function randomModel(seed: number, M: number, d: number, D: number): FactorizationModel {
  const random = new Random(seed);
  const normal = (rows: number, cols: number): Matrix =>
    new Matrix(
      rows,
      cols,
      Float32Array.from({ length: rows * cols }, () => random.normal()),
    );
  return new FactorizationModel({
    models: Array.from({ length: M }, (_, index) => `model ${index}`),
    modelEmbeddings: normal(M, d),
    projection: normal(d, D),
    projectionBias: normal(1, d).data,
    classifier: normal(2, d),
    classifierBias: normal(1, 2).data,
  });
}

function codeOf(work: () => unknown): ErrorCode | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof EmbedLLMError) return error.code;
    throw error;
  }
  return undefined;
}

describe('Router', () => {
  const router = new Router({ model: specialists, encoder: countingEncoder() });

  it('sends each question to its specialist', async () => {
    const texts = ['chess, please', 'biology and more biology', 'algebra'];
    const decisions = await router.routeMany(texts);
    expect(decisions.map(({ model }) => model.name)).toEqual(['chess', 'biology', 'algebra']);
    expect(decisions[1]?.probability).toBeCloseTo(1 / (1 + Math.exp(-4)), 6);
    expect(await router.route('chess, please')).toEqual(decisions[0]);
  });

  it('ranks the candidates and says why in one sentence', () => {
    const decision = router.routeEmbedding([0, 1, 0.5]);
    expect(decision.candidates.map(({ model }) => model.name)).toEqual([
      'biology',
      'chess',
      'algebra',
    ]);
    expect(decision.reason).toBe(
      'biology is 88.1% likely to answer correctly, the highest of 3 models, followed by chess with 73.1%.',
    );
    expect(router.routeEmbedding([0, 1, 0.5], { top: 1 }).candidates).toHaveLength(1);
  });

  it('breaks ties in pool order', () => {
    const { candidates } = router.routeEmbedding([0.5, 0.5, 0.5]);
    expect(candidates.map(({ model }) => model.name)).toEqual(names);
    expect(router.routeEmbedding([0, 1, 1]).model.name).toBe('biology');
  });

  it('chooses among allowed models only, whatever order they are named in', () => {
    const decision = router.routeEmbedding([0, 3, 1], { models: ['chess', 'algebra', 'chess'] });
    expect(decision.model.name).toBe('chess');
    expect(decision.candidates).toHaveLength(2);
    expect(router.routeEmbedding([0, 0, 0], { models: ['chess', 'algebra'] }).model.name).toBe(
      'algebra',
    );
    expect(router.routeEmbedding([0, 0, 0], { models: ['chess'] }).reason).toMatch(/only model/);
  });

  it('takes the best model of the slow, obvious computation, folded or not', () => {
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(fc.nat(), size, size, size, (seed, M, d, D) => {
        const model = randomModel(seed, M, d, D);
        const random = new Random(seed);
        const embedding = Float32Array.from({ length: D }, () => random.normal());
        const { candidates } = new Router({ model }).routeEmbedding(embedding, { top: M });
        const probabilities = model.models.map((_, m) => {
          const logit = [0, 1].map((label) => {
            let sum = model.classifierBias[label]!;
            for (let k = 0; k < d; k++) {
              let latent = model.projectionBias[k]!;
              for (let j = 0; j < D; j++) {
                latent += model.projection.at(k, j) * embedding[j]!;
              }
              sum += model.classifier.at(label, k) * model.modelEmbeddings.at(m, k) * latent;
            }
            return sum;
          });
          return 1 / (1 + Math.exp(logit[0]! - logit[1]!));
        });
        expect(candidates).toHaveLength(M);
        for (const candidate of candidates) {
          const m = model.models.indexOf(candidate.model.name);
          expect(candidate.probability).toBeCloseTo(probabilities[m]!, 4);
        }
        const ranked = candidates.map(({ probability }) => probability);
        expect(ranked).toEqual([...ranked].sort((a, b) => b - a));
      }),
    );
  });

  it('decides one at a time exactly as in a batch', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), (seed, count) => {
        const router = new Router({ model: randomModel(seed, 7, 3, 600) });
        const batch = new Matrix(count, 600);
        const random = new Random(seed);
        for (let i = 0; i < batch.data.length; i++) batch.data[i] = random.normal();
        const oneByOne = Array.from({ length: count }, (_, row) =>
          router.routeEmbedding(batch.row(row)),
        );
        expect(router.routeEmbeddings(batch)).toEqual(oneByOne);
      }),
      { numRuns: 30 },
    );
  });

  it('chooses in bulk as it decides one at a time, with any policy', () => {
    const model = randomModel(8, 9, 3, 5);
    const models = model.models.map((name, m) => ({
      name,
      pricePerMillionOutputTokens: m,
      meanOutputTokens: 100,
    }));
    const router = new Router({ model, models });
    const random = new Random(3);
    const batch = new Matrix(
      70,
      5,
      Float32Array.from({ length: 350 }, () => random.normal()),
    );
    const lists = [undefined, ['model 2', 'model 7', 'model 4']];
    const policies = [undefined, cheapestAbove({ floor: 0.7 }), [deny(['model 1'])]];
    for (const list of lists) {
      for (const policy of policies) {
        const decisions = router.routeEmbeddings(batch, { models: list, policy });
        const chosen = router.choose(batch, { models: list, policy });
        expect([...chosen].map((m) => router.models[m])).toEqual(
          decisions.map(({ model }) => model),
        );
      }
    }
    expect([...new Router({ model: specialists }).choose(new Matrix(1, 3))]).toEqual([0]);
  });

  it('joins what is known about models by name and prices an answer', () => {
    const router = new Router({
      model: specialists,
      models: [
        { name: 'chess', pricePerMillionOutputTokens: 4, metadata: { meanOutputChars: 2000 } },
        {
          name: 'biology',
          pricePerMillionOutputTokens: 4,
          pricePerMillionInputTokens: 1,
          meanOutputTokens: 100,
          metadata: { meanOutputChars: 8 },
        },
        { name: 'algebra', pricePerMillionOutputTokens: 4 },
      ],
    });
    expect(router.models.map(({ name }) => name)).toEqual(names);
    const costs = (inputTokens: number): (number | undefined)[] =>
      router
        .routeEmbedding([0, 0.5, 1], { inputTokens })
        .candidates.map(({ expectedCostUsd }) => expectedCostUsd);
    expect(costs(0)).toEqual([0.002, 0.0004, undefined]);
    expect(costs(1000)).toEqual([0.002, 0.0014, undefined]);
  });

  it('gives no decision for no question', async () => {
    expect(await router.routeMany([])).toEqual([]);
    expect(router.routeEmbeddings(new Matrix(0, 3))).toEqual([]);
  });
});

describe('constraints of a request', () => {
  it('narrow the policy of the router, or the one that comes with them', () => {
    const router = new Router({ model: specialists, policy: deny(['algebra']) });
    const route = (options: RouteEmbeddingOptions) =>
      router.routeEmbedding([3, 2, 1], options).model.name;
    expect(route({})).toBe('biology');
    expect(route({ constraints: [deny(['biology'])] })).toBe('chess');
    expect(route({ constraints: [deny(['biology'])], policy: [] })).toBe('algebra');
    const { policy } = router.routeEmbedding([3, 2, 1], { constraints: [deny(['biology'])] });
    expect(policy).toBe('denied models, denied models, best quality');
    expect(() => route({ constraints: [allow(['algebra'])] })).toThrow(
      'None of the 3 models meets all constraints: "denied models" excludes 1, "allowed models" excludes 2.',
    );
    const chosen = router.choose(Matrix.fromRows([[3, 2, 1]]), {
      constraints: [deny(['biology'])],
      policy: [],
    });
    expect([...chosen]).toEqual([0]);
  });
});

describe('Router refuses', () => {
  const router = new Router({ model: specialists, encoder: countingEncoder() });

  it.each<[string, ErrorCode, () => unknown]>([
    ['NaN', 'not-finite', () => router.routeEmbedding([0, Number.NaN, 0])],
    ['numbers beyond 32-bit floats', 'not-finite', () => router.routeEmbedding([1e300, 0, 0])],
    [
      'an infinity',
      'not-finite',
      () => router.choose(new Matrix(1, 3, Float32Array.of(0, 0, Infinity))),
    ],
    ['too few dimensions', 'shape-mismatch', () => router.routeEmbedding([0, 1])],
    ['too wide matrices', 'shape-mismatch', () => router.routeEmbeddings(new Matrix(2, 4))],
    [
      'an empty allow list',
      'invalid-argument',
      () => router.routeEmbedding([0, 0, 0], { models: [] }),
    ],
    [
      'unknown models',
      'invalid-argument',
      () => router.routeEmbedding([0, 0, 0], { models: ['go'] }),
    ],
    ['a top of 0', 'invalid-argument', () => router.routeEmbedding([0, 0, 0], { top: 0 })],
    ['a fractional top', 'invalid-argument', () => router.routeEmbedding([0, 0, 0], { top: 1.5 })],
  ])('%s in a decision', (_, code, work) => {
    expect(codeOf(work)).toBe(code);
  });

  it.each<[string, ErrorCode, Partial<RouterOptions>]>([
    [
      'an encoder of other dimensions',
      'encoder-mismatch',
      { encoder: countingEncoder({ dimensions: 4 }) },
    ],
    ['models of another pool', 'invalid-argument', { models: [{ name: 'go' }] }],
    [
      'a model described twice',
      'invalid-argument',
      { models: [{ name: 'chess' }, { name: 'chess' }] },
    ],
    [
      'a negative price',
      'invalid-argument',
      { models: [{ name: 'chess', pricePerMillionOutputTokens: -1 }] },
    ],
    [
      'an answer length that is text',
      'invalid-argument',
      { models: [{ name: 'chess', metadata: { meanOutputChars: '9' } }] },
    ],
    [
      'a record that does not fit the model',
      'shape-mismatch',
      {
        encoder: countingEncoder(),
        encoderRecord: { id: 'counting', fingerprint: 'counting', dimensions: 5 },
      },
    ],
    ['a model without LLMs', 'invalid-argument', { model: randomModel(1, 0, 2, 3) }],
  ])('%s when built', (_, code, options) => {
    expect(codeOf(() => new Router({ model: specialists, ...options }))).toBe(code);
  });

  it('empty texts, saying which', async () => {
    await expect(router.routeMany(['chess', ' \n'])).rejects.toThrow(/index 1 is empty/);
  });

  it('texts when it has no encoder', async () => {
    await expect(new Router({ model: specialists }).route('chess')).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('no text encoder'),
    });
  });

  it('what a faulty encoder returns', async () => {
    const returning = (matrix: Matrix): Router =>
      new Router({ model: specialists, encoder: countingEncoder({ encode: async () => matrix }) });
    await expect(returning(new Matrix(2, 3)).route('chess')).rejects.toThrow(
      /2 embeddings for 1 texts/,
    );
    const nothing: unknown = undefined;
    await expect(returning(nothing as Matrix).route('q')).rejects.toThrow(
      /must return a Matrix with a row for each text/,
    );
    await expect(
      returning(new Matrix(1, 3, new Float32Array(3).fill(Number.NaN))).route('chess'),
    ).rejects.toMatchObject({ code: 'not-finite' });
  });

  it('bad options before it encodes', async () => {
    let encoded = 0;
    const encoder = countingEncoder({
      encode: async (texts) => {
        encoded++;
        return new Matrix(texts.length, 3);
      },
    });
    const router = new Router({ model: specialists, encoder });
    await expect(router.route('chess', { models: ['go'] })).rejects.toThrow(/"go"/);
    expect(encoded).toBe(0);
  });
});

const artifact = {
  model: specialists,
  models: names.map((name) => ({ name, family: 'specialist' })),
  encoder: { id: 'counting', fingerprint: 'counting-v1', dimensions: 3 },
  training: {
    solver: 'direct',
    settings: {},
    dataFingerprint: 'none',
    counts: { questions: 0, models: 3, labels: 0 },
  },
  metrics: {},
};

describe('Router.fromArtifact', () => {
  it('routes with the encoder of the training', async () => {
    const encoder = countingEncoder({ fingerprint: 'counting-v1' });
    const { model } = await Router.fromArtifact(artifact, { encoder }).route('chess');
    expect(model).toEqual({ name: 'chess', family: 'specialist' });
  });

  it('refuses another encoder and names both', () => {
    const build = (): Router =>
      Router.fromArtifact(artifact, { encoder: countingEncoder({ fingerprint: 'counting-v2' }) });
    expect(codeOf(build)).toBe('encoder-mismatch');
    expect(build).toThrow(/counting-v1.*counting-v2/);
  });

  it('compares the id of an encoder without fingerprint', () => {
    const record = { ...artifact, encoder: { ...artifact.encoder, fingerprint: 'counting' } };
    expect(() => Router.fromArtifact(record, { encoder: countingEncoder() })).not.toThrow();
    expect(
      codeOf(() => Router.fromArtifact(record, { encoder: countingEncoder({ id: 'other' }) })),
    ).toBe('encoder-mismatch');
  });
});

describe('Router.fromPretrained', () => {
  it('waits for the artifact and makes the encoder that it records', async () => {
    const router = await Router.fromPretrained(Promise.resolve(artifact), {
      encoder: async ({ id, fingerprint }) => countingEncoder({ id, fingerprint }),
    });
    expect((await router.route('chess')).model.name).toBe('chess');
  });

  it('takes an encoder that is there already, or none', async () => {
    const encoder = countingEncoder({ fingerprint: 'counting-v1' });
    const router = await Router.fromPretrained(artifact, { encoder });
    expect((await router.route('chess')).model.name).toBe('chess');
    await expect((await Router.fromPretrained(artifact)).route('chess')).rejects.toThrow(/encoder/);
  });

  it('rejects as reading the artifact, making the encoder or matching it fails', async () => {
    const reason = new Error('no network');
    await expect(Router.fromPretrained(Promise.reject(reason))).rejects.toBe(reason);
    const failing = Router.fromPretrained(artifact, { encoder: () => Promise.reject(reason) });
    await expect(failing).rejects.toBe(reason);
    const other = Router.fromPretrained(artifact, { encoder: async () => countingEncoder() });
    await expect(other).rejects.toMatchObject({ code: 'encoder-mismatch' });
  });
});

describe('cancellation', () => {
  it('does not start when aborted, and hands the signal to the encoder', async () => {
    const reason = new Error('stop');
    let seen: AbortSignal | undefined;
    const controller = new AbortController();
    const encoder = countingEncoder({
      encode: async (texts, options) => {
        seen = options?.signal;
        controller.abort(reason);
        return new Matrix(texts.length, 3);
      },
    });
    const router = new Router({ model: specialists, encoder });
    await expect(router.route('chess', { signal: controller.signal })).rejects.toBe(reason);
    expect(seen).toBe(controller.signal);
    seen = undefined;
    await expect(router.route('chess', { signal: controller.signal })).rejects.toBe(reason);
    expect(seen).toBeUndefined();
  });
});
