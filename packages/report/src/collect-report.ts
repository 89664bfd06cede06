import { EmbedLLMError, type Matrix, type Progress } from '@embedllm/core';
import { nextTurn } from '@embedllm/internals';
import { Router } from '@embedllm/router';
import { compareTrainingData, type Engine, resolveEngine } from '@embedllm/trainer';
import { collectCalibration } from './collect/calibration.js';
import type { CollectReportOptions, ReportSectionName } from './collect/collect-options.js';
import { describeComparison, runComparison } from './collect/comparison.js';
import { collectCostQuality } from './collect/cost-quality.js';
import { collectEmbeddingForecasts } from './collect/embedding-forecasts.js';
import { collectEvaluation } from './collect/evaluation.js';
import { collectModelMap } from './collect/model-map.js';
import { collectProvenance } from './collect/provenance.js';
import { collectQuality } from './collect/quality.js';
import { assertReportable, reportEmbeddings } from './collect/report-inputs.js';
import { collectRoutingExamples } from './collect/routing-examples.js';
import { studyArtifact, type TestStudy } from './collect/test-study.js';
import { collectTextForecasts } from './collect/text-forecasts.js';
import type { ReportContent } from './content/report-content.js';
import { absent, present, type ReportSection } from './content/section.js';

type Outcome<Value> = { readonly value: Value } | { readonly reason: string };

/**
 * Gathers what a report shows: plain JSON for `renderReport`, or for programs. Each section does
 * with what is there; where that is not enough it says what is missing. Figures of the artifact are
 * of the test questions alone.
 *
 * The comparison refits estimators and the forecasts train without a benchmark, which takes most of
 * the time: `comparison: false` and `heldOutBenchmarks: 0` leave them out.
 *
 * @throws EmbedLLMError `shape-mismatch` when embeddings do not fit the questions, a split or the
 * artifact; `invalid-argument` on a number out of range; `encoder-mismatch` when the encoder is not
 * the artifact's; the signal's reason when aborted.
 * @example
 * import { writeFile } from 'node:fs/promises';
 * const content = await collectReport({ dataset, artifact, encoder, split });
 * await writeFile('report.html', await renderReport(content));
 */
export async function collectReport(options: CollectReportOptions): Promise<ReportContent> {
  const { dataset, artifact, split, signal, comparison = {}, seed = 0 } = options;
  assertReportable(options);
  signal?.throwIfAborted();
  const engine = options.engine ?? (await resolveEngine());
  try {
    const embeddings = await reportEmbeddings(options);
    const study = prepareStudy(options, embeddings);
    const categories =
      split?.test.map((question) => dataset.questions[question]?.category ?? '') ?? [];
    const trainCategories =
      split?.train.map((question) => dataset.questions[question]?.category ?? '') ?? [];
    const section = sectionCollector(options);
    const ofStudy = <Content>(
      name: ReportSectionName,
      collect: (study: TestStudy, progress: OnStep) => Content | Promise<Content>,
    ): Promise<ReportSection<Content>> =>
      section(name, (progress) =>
        'reason' in study ? absent(study.reason) : inSection(collect(study.value, progress)),
      );
    return {
      title: options.title ?? 'Evaluation report',
      quality: collectQuality(options),
      evaluation: await ofStudy('evaluation', async (studied) =>
        collectEvaluation({
          study: studied,
          categories,
          trainCategories,
          predictors: (options.predictors ?? []).map(({ predictor, embeddings: own }) => ({
            predictor,
            embeddings: own?.selectRows(studied.test.indices) ?? studied.test.embeddings,
          })),
          trainingData: await trainingDataOf(options, embeddings),
          unknownModels: dataset.models
            .map(({ name }) => name)
            .filter((name) => !studied.test.correctness.models.includes(name)),
          seed,
          signal,
        }),
      ),
      comparison: await section('comparison', (progress) => {
        if (comparison === false) return absent('It was not requested.');
        if (isRows(comparison)) return inSection(describeComparison(comparison));
        return embeddings
          ? inSection(
              runComparison({
                dataset,
                embeddings,
                comparison,
                engine,
                signal,
                onProgress: progress,
              }),
            )
          : absent('Requires embeddings of the questions or an encoder.');
      }),
      calibration: await ofStudy('calibration', collectCalibration),
      costQuality: await ofStudy('costQuality', collectCostQuality),
      modelMap: await section('modelMap', () =>
        artifact
          ? inSection(collectModelMap(artifact.model, artifact.models))
          : absent('Requires an artifact.'),
      ),
      forecasts: await ofStudy('forecasts', async (studied, onProgress) => ({
        ...collectTextForecasts(studied, categories),
        ...(await heldOutForecasts(options, embeddings, engine, onProgress)),
      })),
      routing: await section('routing', () => {
        if (!artifact) return absent('Requires an artifact.');
        const router = Router.fromArtifact(artifact, { encoder: options.encoder });
        return inSection(
          collectRoutingExamples({
            dataset,
            study: 'value' in study ? study.value : undefined,
            router,
            encoder: options.encoder,
            examples: options.examples ?? [],
            drawn: options.drawnExamples ?? 5,
            seed,
            signal,
          }),
        );
      }),
      provenance: await collectProvenance(options),
    };
  } finally {
    if (!options.engine) await engine.dispose();
  }
}

type OnStep = (done: number, total: number) => void;

async function inSection<Content>(
  content: Content | Promise<Content>,
): Promise<ReportSection<Content>> {
  return present(await content);
}

/** Runs sections one after the other; what data do not allow becomes the reason of an absence. */
function sectionCollector({ signal, onProgress }: CollectReportOptions) {
  return async <Content>(
    step: ReportSectionName,
    collect: (progress: OnStep) => ReportSection<Content> | Promise<ReportSection<Content>>,
  ): Promise<ReportSection<Content>> => {
    // A pause, so that a signal can come through between two sections of pure computing.
    await nextTurn(signal);
    let last: Progress = { phase: step, done: 0, total: 1 };
    onProgress?.(last);
    try {
      const result = await collect((done, total) => {
        last = { phase: step, done, total };
        onProgress?.(last);
      });
      if (last.done < last.total) onProgress?.({ ...last, done: last.total });
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof EmbedLLMError) return absent(error.message);
      throw error;
    }
  };
}

function prepareStudy(
  { dataset, artifact, split }: CollectReportOptions,
  embeddings: Matrix | undefined,
): Outcome<TestStudy> {
  if (!artifact) return { reason: 'Requires an artifact.' };
  if (!split) {
    return {
      reason: 'Requires a split, which shows which questions the artifact has not seen.',
    };
  }
  if (!embeddings) return { reason: 'Requires embeddings of the questions or the encoder.' };
  try {
    return { value: studyArtifact({ dataset, artifact, split, embeddings }) };
  } catch (error) {
    if (error instanceof EmbedLLMError && error.code === 'invalid-data') {
      return { reason: error.message };
    }
    throw error;
  }
}

/** Whether the artifact records the fingerprint of exactly this training part. */
async function trainingDataOf(
  { dataset, artifact, split }: CollectReportOptions,
  embeddings: Matrix | undefined,
): Promise<'same' | 'differs'> {
  if (!artifact || !split || !embeddings) return 'differs';
  return compareTrainingData({ artifact, dataset, embeddings, train: split.train });
}

async function heldOutForecasts(
  { dataset, split, heldOutBenchmarks = 10, seed = 0, signal }: CollectReportOptions,
  embeddings: Matrix | undefined,
  engine: Engine,
  onProgress: OnStep,
) {
  if (!split || !embeddings) return { fromEmbeddings: [], notes: [] };
  return collectEmbeddingForecasts({
    dataset,
    embeddings,
    split,
    limit: heldOutBenchmarks,
    engine,
    seed,
    signal,
    onProgress,
  });
}

function isRows<Row>(comparison: object | readonly Row[]): comparison is readonly Row[] {
  return Array.isArray(comparison);
}
