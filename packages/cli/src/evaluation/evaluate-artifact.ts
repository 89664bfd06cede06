import {
  type Artifact,
  type CorrectnessMatrix,
  EmbedLLMError,
  evaluateByCategory,
  evaluatePredictions,
  gapClosed,
  type Matrix,
  oracleAccuracy,
  type PredictionMetrics,
  randomAccuracy,
  singleBest,
} from '@embedllm/core';
import { fromPretrained } from '@embedllm/core/node';
import { Router } from '@embedllm/router';
import type { EvaluateOptions } from '../commands/evaluate.js';
import { type OpenDataset, openDataset } from '../data/open-dataset.js';
import { readQuestionEmbeddings } from '../embeddings/encode-dataset.js';
import { encodeTexts } from '../embeddings/encode-texts.js';
import { restoreArtifactEncoder } from '../embeddings/restore-artifact-encoder.js';
import { formatMetrics } from '../output/format-metrics.js';
import { figure, percent } from '../output/format-number.js';
import { formatTable } from '../output/format-table.js';
import type { Context } from '../program/context.js';
import { checkMetrics, type MetricCheck } from './metric-check.js';

/** What an evaluation found; plain JSON. */
export interface EvaluationSummary {
  readonly artifact: string;
  readonly data: string;
  readonly split: string;
  readonly questions: number;
  readonly metrics: PredictionMetrics;
  /** What routing is compared with, on the same questions. */
  readonly bounds: {
    /** The model that is best on the training questions, and its accuracy here. */
    readonly singleBest: { readonly name: string; readonly accuracy: number } | undefined;
    readonly random: number;
    readonly oracle: number;
    /** Share of the way from the single best to the oracle. */
    readonly gapClosed: number | undefined;
  };
  readonly categories: readonly ({ readonly category: string } & PredictionMetrics)[];
  readonly checks: readonly MetricCheck[];
}

/** Measures an artifact on one part of a dataset. */
export async function evaluateArtifact(
  context: Context,
  options: EvaluateOptions,
): Promise<{ summary: EvaluationSummary; text: string }> {
  const path = context.path(options.artifact);
  const artifact = await fromPretrained(path, { signal: context.signal });
  const dataset = await openDataset(context, options);
  const indices =
    options.split === 'all' ? [...dataset.questions.keys()] : dataset.split[options.split];
  const truth = alignModels(dataset, artifact).selectQuestions(indices);
  if (indices.length === 0 || truth.countObserved() === 0) {
    throw new EmbedLLMError(
      'invalid-data',
      `${dataset.path}: There is no label among the ${options.split} questions.`,
    );
  }
  const embeddings = await embed(context, options, { artifact, dataset, indices });
  const router = Router.fromArtifact(artifact);
  const { probabilities } = router.predict(embeddings);
  const metrics = evaluatePredictions(probabilities, truth);
  const categories = options.byCategory
    ? [
        ...evaluateByCategory(
          probabilities,
          truth,
          indices.map((index) => dataset.categories[index] as string),
        ),
      ].map(([category, figures]) => ({ category, ...figures }))
    : [];
  const bounds = boundsOf(dataset, artifact, truth, metrics.routingAccuracy);
  const summary: EvaluationSummary = {
    artifact: path,
    data: dataset.path,
    split: options.split === 'all' ? 'all questions' : `${options.split} (${dataset.splitName})`,
    questions: indices.length,
    metrics,
    bounds,
    categories,
    checks: checkMetrics(options.require ?? [], { ...metrics, gapClosed: bounds.gapClosed }),
  };
  return { summary, text: describe(summary) };
}

/** The labels of the artifact's models, in its order. */
function alignModels({ correctness, path }: OpenDataset, artifact: Artifact): CorrectnessMatrix {
  const places = new Map(correctness.models.map((name, index) => [name, index]));
  const columns = artifact.model.models.map((name) => {
    const column = places.get(name);
    if (column === undefined) {
      throw new EmbedLLMError(
        'invalid-data',
        `${path}: The artifact's model ${JSON.stringify(name)} is not in the dataset.`,
      );
    }
    return column;
  });
  return correctness.selectModels(columns);
}

async function embed(
  context: Context,
  options: EvaluateOptions,
  of: {
    readonly artifact: Artifact;
    readonly dataset: OpenDataset;
    readonly indices: readonly number[];
  },
): Promise<Matrix> {
  const { artifact, dataset, indices } = of;
  if (options.embeddings !== undefined) {
    const { embeddings, encoder } = await readQuestionEmbeddings(
      context.path(options.embeddings),
      dataset,
    );
    if (encoder.fingerprint !== artifact.encoder.fingerprint) {
      throw new EmbedLLMError(
        'encoder-mismatch',
        `${options.embeddings} holds vectors of ${encoder.id}, but the artifact was trained on ones of ${artifact.encoder.id} with other settings.`,
      );
    }
    return embeddings.selectRows(indices);
  }
  const encoder = await restoreArtifactEncoder(context, artifact.encoder, options);
  Router.fromArtifact(artifact, { encoder });
  const texts = indices.map((index) => dataset.questions[index]?.prompt ?? '');
  return encodeTexts(context, encoder, texts, { cache: false });
}

function boundsOf(
  dataset: OpenDataset,
  artifact: Artifact,
  truth: CorrectnessMatrix,
  routing: number,
): EvaluationSummary['bounds'] {
  const train = alignModels(dataset, artifact).selectQuestions(dataset.split.train);
  const random = randomAccuracy(truth);
  const oracle = oracleAccuracy(truth);
  if (train.countObserved() === 0) {
    return { singleBest: undefined, random, oracle, gapClosed: undefined };
  }
  const { model } = singleBest(train);
  const own = truth.selectModels([model]);
  if (own.countObserved() === 0) {
    return { singleBest: undefined, random, oracle, gapClosed: undefined };
  }
  const accuracy = randomAccuracy(own);
  return {
    singleBest: { name: train.models[model] ?? '', accuracy },
    random,
    oracle,
    gapClosed: gapClosed({ routing, singleBest: accuracy, oracle }),
  };
}

function describe({ metrics, bounds, categories, checks, split }: EvaluationSummary): string {
  const { singleBest: best, random, oracle, gapClosed: gap } = bounds;
  const all = { name: 'all', metrics };
  const rows = categories.map(({ category, ...figures }) => ({ name: category, metrics: figures }));
  const routing = formatTable(
    ['routing', 'accuracy'],
    [
      ['this artifact', figure(metrics.routingAccuracy)],
      ...(best ? [[`single best on train (${best.name})`, figure(best.accuracy)]] : []),
      ['random model', figure(random)],
      ['oracle', figure(oracle)],
    ],
  );
  const parts = [
    `Questions: ${split}`,
    formatMetrics('category', rows.length > 0 ? [...rows, all] : [all]),
    '',
    routing,
  ];
  if (gap !== undefined)
    parts.push(`Gap from the single best to the oracle closed: ${percent(gap)}`);
  for (const { check, value, holds } of checks) {
    parts.push(`${holds ? 'ok' : 'FAILED'}: ${check} (it is ${figure(value) || 'undefined'})`);
  }
  return parts.join('\n');
}
