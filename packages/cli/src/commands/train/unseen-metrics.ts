import { count, duration, figure, percent, quantity } from '@embedllm/internals';
import type { UnseenStudy } from '@embedllm/trainer';

/** Figures of the study by name, for the artifact: `unseen.routingAccuracy` is with the guard. */
export function unseenMetrics(study: UnseenStudy | undefined): Record<string, number> {
  if (!study) return {};
  return {
    'unseen.categories': study.categories.length,
    'unseen.routingAccuracy': study.guarded,
    'unseen.unguarded.routingAccuracy': study.routing,
    'unseen.single-best.routingAccuracy': study.singleBest,
  };
}

/** What routing does on kinds of question that training never saw, for people. */
export function describeUnseen(study: UnseenStudy): string {
  const { categories, routing, singleBest, guarded, guard, trainings, seconds, validation } = study;
  const lines = [
    `On kinds of questions it has never seen (${count(categories.length)} categories left out, in ${quantity(trainings, 'training')} of ${duration(seconds)}), routing would be right on ${percent(routing)}, the single best model on ${percent(singleBest)}.`,
  ];
  if (study.fallback) {
    const { below, weight } = study.fallback;
    // The share of the text rises evenly up to `below`, from a weight that may be under 0.
    const none = Math.max(0, (below * -weight) / (1 - weight));
    const least =
      weight < 0
        ? `counts for nothing where ${percent(1 - none)} are more familiar`
        : `counts for ${percent(weight)} where nothing is familiar`;
    lines.push(
      `For questions less familiar than ${percent(1 - below)} of the training questions, probabilities are mixed with each model's accuracy: the text ${least}.`,
    );
  }
  if (guard.below === 0 && guard.margin === 0) {
    lines.push('No harm beyond error shows there: the default policy routes by probability alone.');
    return lines.join(' ');
  }
  const reasons = [
    ...(guard.margin > 0 ? [`no other is better by more than ${percent(guard.margin)}`] : []),
    ...(guard.below > 0
      ? [`a question is less familiar than ${percent(1 - guard.below)} of the training questions`]
      : []),
  ];
  const cost = validation
    ? `; on validation questions ${figure(validation.guarded)} instead of ${figure(validation.routing)}`
    : '';
  lines.push(
    `So by default the single best model is used if ${reasons.join(', or ')}: right on ${percent(guarded)} there${cost}.`,
  );
  return lines.join(' ');
}
