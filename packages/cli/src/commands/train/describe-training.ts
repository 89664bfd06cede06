import { count, duration, quantity } from '@embedllm/internals';
import { formatMetrics } from '../../output/format-metrics.js';
import { formatRouting } from '../../routing/format-routing.js';
import type { TrainingBaselines } from './measure-baselines.js';
import type { Solution } from './solution.js';
import type { TrainSummary } from './train-summary.js';
import { describeUnseen } from './unseen-metrics.js';

/** What a training came to, for people. */
export function describeTraining(
  summary: TrainSummary,
  solution: Solution,
  splitName: string,
): string {
  const { output, training, engine, seconds, encoder, metrics, questions, baselines } = summary;
  const { calibration } = summary;
  const { counts } = training;
  const parts = [
    `Trained ${quantity(counts.models, 'model')} on ${quantity(counts.questions, 'question')} ` +
      `(${quantity(counts.labels, 'label')}) by the ${training.solver} solver on ${engine} in ${duration(seconds)}.`,
    solution.description,
  ];
  const rows = [
    ...(metrics.validation
      ? [{ name: 'validation', metrics: metrics.validation, questions: questions.validation }]
      : []),
    ...(metrics.test ? [{ name: 'test', metrics: metrics.test, questions: questions.test }] : []),
    ...(baselines?.predictors ?? []).map((predictor) => ({
      name: `validation, ${predictor.name}`,
      metrics: predictor.metrics,
      questions: questions.validation,
    })),
  ];
  if (rows.length > 0)
    parts.push(
      `${formatMetrics('questions', rows)}\n(${splitName}: ${quantity(questions.validation, 'validation question')}, ${count(questions.test)} test; 95% intervals in brackets)`,
    );
  if (calibration !== undefined) {
    parts.push(
      calibration === 'none'
        ? 'Not calibrated: cross-validation on the validation questions shows no benefit.'
        : `Calibrated on validation questions: ${calibration}.`,
    );
  }
  if (baselines) parts.push('', 'Routing on validation:', formatRouting(baselines.routing), '');
  if (summary.unseen) parts.push(describeUnseen(summary.unseen));
  parts.push(`Artifact: ${output} (${encoder.id}, ${quantity(encoder.dimensions, 'dimension')})`);
  if (encoder.id === 'external') {
    parts.push(
      'The encoder of its vectors is unknown, so the artifact cannot encode texts. Pass --embeddings to evaluate and report.',
    );
  }
  return parts.join('\n');
}

/** Figures by the names that artifacts have them under. */
export function flatten(metrics: TrainSummary['metrics']): Record<string, number> {
  const flat: Record<string, number> = {};
  for (const [part, figures] of Object.entries(metrics)) {
    for (const [name, value] of Object.entries(figures ?? {})) {
      if (typeof value === 'number') flat[`${part}.${name}`] = value;
    }
  }
  return flat;
}

/** Figures of the baselines, by name: `validation.model-means.logLoss`. */
export function baselineMetrics(baselines: TrainingBaselines | undefined): Record<string, number> {
  if (!baselines) return {};
  const flat: Record<string, number> = {};
  for (const { name, metrics } of baselines.predictors) {
    const key = `validation.${name.replace(/ \(.*/, '').replaceAll(' ', '-')}`;
    flat[`${key}.logLoss`] = metrics.logLoss;
    flat[`${key}.routingAccuracy`] = metrics.routingAccuracy;
  }
  const { artifact, singleBest, random, questions } = baselines.routing;
  flat['validation.routing.questions'] = questions;
  flat['validation.random.routingAccuracy'] = random;
  if (singleBest) flat['validation.single-best.routingAccuracy'] = singleBest.accuracy;
  if (artifact.lessSingleBest) {
    const { mean, lower, upper } = artifact.lessSingleBest;
    flat['validation.routing.lessSingleBest'] = mean;
    flat['validation.routing.lessSingleBest.lower'] = lower;
    flat['validation.routing.lessSingleBest.upper'] = upper;
  }
  return flat;
}
