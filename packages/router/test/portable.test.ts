import { createContext, runInContext } from 'node:vm';
import { findChromium, runInChromium } from '@embedllm/internals/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleRouter, measureRouter } from './bundle-router.js';

/** Trains nothing, but uses the router from end to end; leaves its findings in `globalThis.found`. */
const PROGRAM = `
  const { Router, FactorizationModel, Matrix, Random, encodeArtifact, decodeArtifact,
    cheapestAbove, deny, explore, Learner } = embedllm;
  const random = new Random(5);
  const gaussian = (rows, cols) =>
    new Matrix(rows, cols, Float32Array.from({ length: rows * cols }, () => random.normal()));
  const names = Array.from({ length: 20 }, (_, m) => 'model-' + m);
  const model = new FactorizationModel({
    models: names, modelEmbeddings: gaussian(20, 5), projection: gaussian(5, 16),
    projectionBias: gaussian(1, 5).data, classifier: gaussian(2, 5), classifierBias: gaussian(1, 2).data,
  });
  const encoder = {
    id: 'letters', dimensions: 16,
    encode: async (texts) => Matrix.fromRows(texts.map((text) =>
      Array.from({ length: 16 }, (_, k) => text.split(String.fromCharCode(97 + k)).length - 1))),
  };
  globalThis.found = (async () => {
    const files = await encodeArtifact({
      model, models: names.map((name, m) => ({ name, pricePerMillionOutputTokens: m, meanOutputTokens: 10 })),
      encoder: { id: 'letters', fingerprint: 'letters', dimensions: 16 },
      training: { solver: 'none', settings: {}, dataFingerprint: '', counts: { questions: 0, models: 20, labels: 0 } },
      metrics: {},
    });
    const artifact = await decodeArtifact(files, { source: 'memory' });
    const router = Router.fromArtifact(artifact, { encoder });
    const answers = Array.from({ length: 30 }, (_, i) => ({ question: gaussian(1, 16).data, outcome: Number(i % 3 > 0) }));
    const learner = new Learner(router);
    await learner.addModel('newcomer', answers);
    await learner.update([{ model: 'newcomer', question: 'a decade', outcome: 1 }]);
    const policy = [deny(['model-3']), cheapestAbove({ floor: 0.6 }), explore({ epsilon: 0.2, seed: 1 })];
    const decisions = await router.routeMany(['a bad cab', [{ role: 'user', content: 'feed me' }]], { policy });
    return JSON.stringify(decisions.map(({ model, candidates, reason, propensity }) => ({
      model: model.name, candidates: candidates.map(({ model }) => model.name), reason, propensity,
      probability: candidates[0].probability.toFixed(4),
    })));
  })();
`;

/** Globals that the web has beyond the language itself, and that core uses. */
const webGlobals = () => ({ TextEncoder, TextDecoder, crypto, atob, AbortController, AbortSignal });

async function runIn(globals: Record<string, unknown>, before = ''): Promise<string> {
  const context = createContext({ ...globals });
  runInContext(`${before};${script};{${PROGRAM}}`, context);
  return runInContext('found', context);
}

let script: string;
beforeAll(async () => {
  script = await bundleRouter();
});

describe('the main entry', () => {
  it('takes 16 kB minified and compressed, core included, and loads the rest on demand', async () => {
    const { minifiedBytes, compressedBytes, onDemandBytes } = await measureRouter();
    expect(compressedBytes).toBeLessThan(16_500);
    // A bundle without the router in it would be small too, and one without the loader.
    expect(minifiedBytes).toBeGreaterThan(20_000);
    expect(onDemandBytes).toBeGreaterThan(3000);
  });

  it('runs where there are web globals only, with and without WebAssembly', async () => {
    const found = await runIn(webGlobals());
    expect(JSON.parse(found)).toMatchObject([
      { model: expect.any(String), propensity: expect.any(Number) },
      { model: expect.any(String), reason: expect.any(String) },
    ]);
    const plain = await runIn(webGlobals(), 'delete globalThis.WebAssembly');
    expect(plain).toBe(found);
    expect(await runIn(webGlobals(), 'WebAssembly.Module = () => { throw new Error() }')).toBe(
      found,
    );
  });
});

const chromium = findChromium();
describe.skipIf(chromium === undefined)('in headless Chromium', () => {
  it('gives the decisions that Node gives', async () => {
    const found = await runInChromium(chromium ?? '', `${script};{${PROGRAM}}`);
    expect(found).toBe(await runIn(webGlobals()));
  });
});
