import {
  evaluatePredictions,
  expectedCalibrationError,
  oracleAccuracy,
  type Progress,
  randomAccuracy,
  routeAll,
  singleBest,
} from '@embedllm/core';
import { fitFamiliarity } from '@embedllm/core/familiarity';
import { inspectQuality } from '@embedllm/dataset-builder';
import { compareForecast, forecastBenchmarkAccuracy } from '@embedllm/forecaster';
import { costSaving, paretoDistance, rareRightRecall } from '@embedllm/router/evaluation';
import { fitModelMeans } from '@embedllm/trainer';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CollectReportOptions } from './collect/collect-options.js';
import { collectReport } from './collect-report.js';
import type { ReportContent } from './content/report-content.js';
import type { ReportSection } from './content/section.js';
import { formatEvaluation } from './format-evaluation.js';
import { type ReportFixture, reportFixture } from './report.fixture.js';

let fixture: ReportFixture;
let whole: CollectReportOptions;
let content: ReportContent;
const progress: Progress[] = [];

beforeAll(async () => {
  fixture = await reportFixture();
  const { dataset, split, embeddings, artifact, encoder, engine } = fixture;
  whole = {
    dataset,
    split,
    embeddings,
    artifact,
    encoder,
    engine,
    dataName: 'the fixture',
    quality: await inspectQuality(dataset, { split }),
    comparison: { seeds: [0, 1, 2] },
    examples: ['What is 17 * 23?'],
    date: new Date('2026-01-02T03:04:05Z'),
    predictors: [
      {
        predictor: fitModelMeans({ correctness: dataset.correctness.selectQuestions(split.train) }),
      },
    ],
    onProgress: (step) => progress.push(step),
  };
  content = await collectReport(whole);
});

function contentOf<Content>(section: ReportSection<Content>): Content {
  if (!section.available) throw new Error(`The section is absent: ${section.reason}`);
  return section.content;
}

function reasonOf(section: ReportSection<unknown>): string {
  return section.available ? '' : section.reason;
}

describe('collectReport', () => {
  it('measures the artifact on test questions as the metrics of core do', () => {
    const { dataset, split, embeddings, artifact } = fixture;
    const truth = dataset.correctness.selectQuestions(split.test);
    const probabilities = artifact.model.predictProbabilities(embeddings.selectRows(split.test));
    const metrics = evaluatePredictions(probabilities, truth);
    const evaluation = contentOf(content.evaluation);
    const [own, means, byCategory, single, random, oracle] = evaluation.rows;
    expect(own?.metrics?.logLoss).toBeCloseTo(metrics.logLoss, 6);
    expect(own?.metrics?.auroc).toBeCloseTo(metrics.auroc ?? 0, 6);
    expect(own?.routingAccuracy.mean).toBeCloseTo(metrics.routingAccuracy, 12);
    expect(own?.routingAccuracy.lower).toBeLessThan(metrics.routingAccuracy);
    expect(means?.kind).toBe('predictor');
    const best = singleBest(dataset.correctness.selectQuestions(split.train)).model;
    expect(single?.name).toContain(dataset.models[best]?.name);
    expect(single?.routingAccuracy.mean).toBeCloseTo(
      randomAccuracy(truth.selectModels([best])),
      12,
    );
    expect(random?.routingAccuracy.mean).toBe(randomAccuracy(truth));
    expect(oracle?.routingAccuracy.mean).toBeCloseTo(oracleAccuracy(truth), 12);
    expect(byCategory).toMatchObject({ name: 'category means, category known' });
    expect(byCategory?.differenceToSingleBest?.questions).toBeLessThanOrEqual(truth.questionCount);
    for (const { differenceToSingleBest: difference, gapClosed } of evaluation.rows) {
      expect(gapClosed !== undefined).toBe(difference?.verdict === 'better');
    }
    expect(oracle?.gapClosed).toBe(1);
    expect(evaluation.labels).toBe(truth.countObserved());
    expect(evaluation.benchmarks.map(({ benchmark }) => benchmark).sort()).toEqual([
      'code',
      'law',
      'maths',
    ]);
    const calibration = contentOf(content.calibration);
    expect(calibration.overall.calibrationError).toBeCloseTo(
      expectedCalibrationError(probabilities, truth, { bins: 10 }),
      5,
    );
    expect(calibration.worst.length).toBeGreaterThan(0);
  });

  it('prints the figures on test questions for a terminal', () => {
    const evaluation = contentOf(content.evaluation);
    const lines = formatEvaluation(evaluation).split('\n');
    expect(lines[0]).toMatch(/^router +accuracy +AUROC/);
    expect(lines).toHaveLength(1 + evaluation.rows.length);
    expect(lines[1]).toContain(evaluation.rows[0]?.routingAccuracy.mean.toFixed(4));
  });

  it('detects whether the artifact was trained on the training part of this split', async () => {
    expect(contentOf(content.evaluation).trainingData).toBe('same');
    const { train, validation, test } = fixture.split;
    const leaky = await collectReport({
      ...lean(),
      split: { train: [...train.slice(5)], validation, test: [...test, ...train.slice(0, 5)] },
    });
    expect(contentOf(leaky.evaluation).trainingData).toBe('differs');
  });

  it('forecasts as the forecaster does, from texts and from embeddings', () => {
    const { dataset, split, embeddings, artifact } = fixture;
    const categories = split.test.map((index) => dataset.questions[index]?.category ?? '');
    const expected = compareForecast(
      forecastBenchmarkAccuracy({
        probabilities: artifact.model.predictProbabilities(embeddings.selectRows(split.test)),
        categories,
        models: artifact.model.models,
      }),
      dataset.correctness.selectQuestions(split.test),
    );
    const { overall, fromTexts, fromEmbeddings } = contentOf(content.forecasts);
    expect(overall.meanAbsoluteError).toBeCloseTo(expected.overall.meanAbsoluteError ?? 0, 6);
    expect(overall.pairs).toBe(27);
    for (const { pairs, coverage } of fromTexts) {
      const inside = pairs.filter(
        ({ lower = 2, upper = -1, observed }) => lower <= observed && observed <= upper,
      );
      expect(coverage).toBe(inside.length / pairs.length);
    }
    expect(fromEmbeddings).toHaveLength(3);
    for (const { pairs, meanAbsoluteError } of fromEmbeddings) {
      const errors = pairs.map(({ forecast, observed }) => Math.abs(forecast - observed));
      expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeCloseTo(
        meanAbsoluteError,
        9,
      );
    }
  });

  it('computes costs, and the cheapest setting costs about as little as the cheapest model', () => {
    const { models, router, zeroRouter, best, againstSingles } = contentOf(content.costQuality);
    expect(againstSingles).toEqual({
      performanceGain: Math.max(...router.map(({ quality }) => quality)) / best.quality - 1,
      costSaving: costSaving(router, best),
      paretoDistance: paretoDistance(router, models),
    });
    expect(models).toHaveLength(9);
    // 100 tokens at the price of the first model, nothing for input.
    expect(models.find(({ label }) => label === 'model-0')?.costUsd).toBeCloseTo(0.1 * 100e-6, 9);
    expect(models).toContainEqual(best);
    expect(router.map(({ costUsd }) => costUsd)).toEqual(
      router.map(({ costUsd }) => costUsd).sort((a, b) => a - b),
    );
    for (const { traffic } of router) {
      const shares = traffic.map(({ share }) => share);
      expect(Math.max(...shares)).toBe(shares[0]);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-12);
    }
    expect(zeroRouter.length).toBeGreaterThan(0);
  });

  it('routes given texts and randomly drawn test questions, with their known answers', () => {
    const { given, drawn, notes } = contentOf(content.routing);
    expect(given).toHaveLength(1);
    expect(given[0]?.candidates[0]?.correct).toBeUndefined();
    expect(drawn).toHaveLength(5);
    const { dataset, split } = fixture;
    for (const { question, candidates } of drawn) {
      const index = dataset.questions.findIndex(({ prompt }) => prompt === question);
      expect(split.test).toContain(index);
      for (const { model, correct } of candidates) {
        const label = dataset.correctness.get(index, dataset.correctness.models.indexOf(model));
        expect(correct).toBe(label === undefined ? undefined : label === 1);
      }
    }
    // One benchmark after the other.
    expect(new Set(drawn.slice(0, 3).map(({ benchmark }) => benchmark)).size).toBe(3);
    expect(notes).toEqual([]);
  });

  it('compares over splits, counts records, and lists provenance', () => {
    const { entries, splits } = contentOf(content.comparison);
    expect(splits).toBe(3);
    expect(entries.map(({ name }) => name)).toContain('k-NN');
    expect(entries.find(({ name }) => name === 'oracle')?.kind).toBe('reference');
    const { report } = contentOf(content.quality);
    expect(report.labelCount).toBe(fixture.dataset.correctness.countObserved());
    const { provenance } = content;
    expect(provenance.data.name).toBe('the fixture');
    expect(provenance.data.fingerprint).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(provenance.split).toMatchObject({ train: 120, validation: 48, test: 72 });
    expect(provenance.artifact?.settings).toEqual(fixture.artifact.training.settings);
    expect(provenance.versions.node).toBe(process.versions.node);
    expect(provenance.generatedAt).toBe('2026-01-02T03:04:05.000Z');
  });

  it('is plain JSON, and the same for the same input', async () => {
    expect(JSON.parse(JSON.stringify(content))).toEqual(withoutUndefined(content));
    expect(JSON.stringify(content)).not.toMatch(/\bnull\b/);
    const again = await collectReport({ ...whole, comparison: false });
    expect({ ...again, comparison: content.comparison }).toEqual(content);
  });

  it('reports progress that ends each step', () => {
    const steps = [...new Set(progress.map(({ phase }) => phase))];
    expect(steps).toEqual([
      'evaluation',
      'comparison',
      'calibration',
      'costQuality',
      'modelMap',
      'forecasts',
      'routing',
    ]);
    for (const step of steps) {
      const last = progress.filter((entry) => entry.phase === step).at(-1);
      expect(last?.done).toBe(last?.total);
    }
  });

  it('gives the familiarity of routed questions if the artifact measures it', async () => {
    const { dataset, split, embeddings, artifact } = fixture;
    const part = (indices: readonly number[]) => ({
      embeddings: embeddings.selectRows(indices),
      correctness: dataset.correctness.selectQuestions(indices),
    });
    const { record } = fitFamiliarity({
      model: artifact.model,
      train: part(split.train).embeddings,
      categories: split.train.map((index) => dataset.questions[index]?.category ?? ''),
      heldOut: part(split.validation),
      calibratedOn: 'validation',
    });
    const { routing } = await collectReport({
      ...lean(),
      artifact: { ...artifact, familiarity: record },
    });
    for (const { familiarity } of contentOf(routing).drawn) {
      expect(familiarity).toBeGreaterThanOrEqual(0);
      expect(familiarity).toBeLessThanOrEqual(1);
    }
    const [first] = contentOf(content.routing).drawn;
    expect(first?.familiarity).toBeUndefined();
  });

  it('explains which sections are missing and why', async () => {
    const bare = await collectReport({ dataset: fixture.dataset, engine: fixture.engine });
    expect(reasonOf(bare.quality)).toMatch(/inspectQuality/);
    expect(reasonOf(bare.evaluation)).toBe('Requires an artifact.');
    expect(reasonOf(bare.modelMap)).toBe('Requires an artifact.');
    expect(reasonOf(bare.comparison)).toMatch(/embeddings/);
    expect(bare.provenance.artifact).toBeUndefined();

    const { artifact, dataset, engine, embeddings, split } = fixture;
    const unsplit = await collectReport({
      dataset,
      artifact,
      embeddings,
      engine,
      comparison: false,
    });
    expect(reasonOf(unsplit.evaluation)).toMatch(/split/);
    expect(reasonOf(unsplit.comparison)).toBe('It was not requested.');
    expect(contentOf(unsplit.routing).notes).toHaveLength(1);
    expect(unsplit.modelMap.available).toBe(true);

    const blind = await collectReport({ dataset, artifact, split, engine, examples: ['x'] });
    expect(reasonOf(blind.calibration)).toMatch(/embeddings/);
    expect(contentOf(blind.routing).notes.join(' ')).toMatch(/encoder/);

    const free = await reportFixture({ hasPrices: false });
    const unpriced = await collectReport({
      dataset: free.dataset,
      artifact: free.artifact,
      split: free.split,
      embeddings: free.embeddings,
      engine: free.engine,
      comparison: false,
      heldOutBenchmarks: 0,
    });
    expect(reasonOf(unpriced.costQuality)).toMatch(/9 of 9 have no known price or length/);
  });

  it('evaluates models in both data and artifact, and lists the others', async () => {
    const { dataset, artifact } = fixture;
    const fewer = {
      questions: dataset.questions,
      models: [...dataset.models.slice(2)].reverse(),
      correctness: dataset.correctness.selectModels([8, 7, 6, 5, 4, 3, 2]),
    };
    const report = await collectReport({ ...lean(), dataset: fewer });
    const evaluation = contentOf(report.evaluation);
    expect(evaluation.models).toBe(7);
    expect(evaluation.unmeasuredModels).toEqual(['model-0', 'model-1']);
    expect(evaluation.trainingData).toBe('differs');
    const truth = fewer.correctness.selectQuestions(fixture.split.test);
    const all = artifact.model.predictProbabilities(
      fixture.embeddings.selectRows(fixture.split.test),
    );
    const columns = [8, 7, 6, 5, 4, 3, 2];
    const expected = evaluatePredictions(all.selectColumns(columns), truth);
    expect(evaluation.rows[0]?.metrics?.logLoss).toBeCloseTo(expected.logLoss, 6);
  });

  it('reports how often routing finds a right model when few are right', async () => {
    const { dataset, artifact, split, embeddings } = fixture;
    // Of two models one is right on many questions.
    const columns = [0, 8];
    const two = {
      questions: dataset.questions,
      models: columns.flatMap((column) => dataset.models[column] ?? []),
      correctness: dataset.correctness.selectModels(columns),
    };
    const { rows, rareRightQuestions } = contentOf(
      (await collectReport({ ...lean(), dataset: two })).evaluation,
    );
    const truth = two.correctness.selectQuestions(split.test);
    const probabilities = artifact.model
      .predictProbabilities(embeddings.selectRows(split.test))
      .selectColumns(columns);
    const rare = rareRightRecall({ chosen: routeAll(probabilities, truth), truth });
    expect(rare.questions).toBeGreaterThan(0);
    expect(rareRightQuestions).toBe(rare.questions);
    expect(rows[0]?.rareRightRecall).toBe(rare.recall);
    expect(rows.find(({ name }) => name === 'oracle')?.rareRightRecall).toBe(1);
  });

  it('rejects mismatched input before computing anything', async () => {
    const { dataset, embeddings, split, encoder } = fixture;
    await expect(
      collectReport({ ...lean(), embeddings: embeddings.selectRows([0, 1]) }),
    ).rejects.toMatchObject({ code: 'shape-mismatch' });
    await expect(
      collectReport({
        ...lean(),
        split: { ...split, test: [...split.test, dataset.questions.length] },
      }),
    ).rejects.toThrow(/question 240/);
    await expect(
      collectReport({ ...lean(), split: { ...split, test: [...split.test, split.test[0] ?? 0] } }),
    ).rejects.toThrow(/twice/);
    await expect(
      collectReport({ ...lean(), encoder: { ...encoder, id: 'another' } }),
    ).rejects.toMatchObject({ code: 'encoder-mismatch' });
    await expect(collectReport({ ...lean(), seed: 1.5 })).rejects.toThrow(/seed/);
    const swapped = { ...dataset, models: [...dataset.models].reverse() };
    await expect(collectReport({ ...lean(), dataset: swapped })).rejects.toThrow(
      /in the same order/,
    );
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const stopped = collectReport({
      ...whole,
      signal: controller.signal,
      onProgress: ({ phase, done }) => {
        if (phase === 'comparison' && done === 2) controller.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    await expect(
      collectReport({ ...lean(), signal: AbortSignal.abort(new Error('at once')) }),
    ).rejects.toThrow('at once');
  });
});

/** All input, without the slow parts. */
function lean(): CollectReportOptions {
  const { dataset, split, embeddings, artifact, engine } = fixture;
  return { dataset, split, embeddings, artifact, engine, comparison: false, heldOutBenchmarks: 0 };
}

/** As JSON leaves it: keys whose value is undefined are gone. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) =>
      entry === undefined ? [] : [[key, withoutUndefined(entry)]],
    ),
  );
}
