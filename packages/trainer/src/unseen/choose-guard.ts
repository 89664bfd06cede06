import type { RoutingGuard } from '@embedllm/core/familiarity';

/** A question as routed by the model alone. */
export interface RoutedQuestion {
  /** Whether the model of the largest probability was right, and the single best model. */
  readonly routed: number;
  readonly fixed: number;
  /** By how much the probability of the former is larger, 0 to 1. */
  readonly advantage: number;
  /** From 0 to 1. */
  readonly familiarity: number;
}

/**
 * Thresholds of familiarity that are tried. Each is the share of familiar questions that it sends to
 * the single best model: more than half would give up most of routing for what few questions show.
 */
const THRESHOLDS = [0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.35, 0.5];
/** Margins that are tried. */
const MARGINS = [0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 1];

/** The model for a question: the single best unless routing is safe. */
export function guarded(question: RoutedQuestion, { below, margin }: RoutingGuard): number {
  const { routed, fixed, advantage, familiarity } = question;
  return familiarity < below || advantage <= margin ? fixed : routed;
}

/**
 * Of all guards under which no harm shows on what was left out (the mean accuracy over categories is
 * below that of the single best model by no more than two standard errors), the one of the highest
 * accuracy on what was left out and on validation questions together, both of equal weight: held to no
 * loss at all, the guard followed the luck of the questions left out and gave away most of what routing
 * gains on familiar ones. On ties the smallest margin, then the largest threshold, which is the safest
 * of those that cost nothing. At a margin of 1 everything goes to the single best model.
 *
 * @param leftOut - The questions of each category, none of them empty.
 * @param validation - Questions like those of training. @default what was left out decides
 */
export function chooseGuard(
  leftOut: readonly (readonly RoutedQuestion[])[],
  validation: readonly RoutedQuestion[] = [],
): RoutingGuard {
  let best: { guard: RoutingGuard; together: number } | undefined;
  for (const margin of MARGINS) {
    for (const below of THRESHOLDS) {
      const guard = { below, margin };
      const gain = (question: RoutedQuestion): number => guarded(question, guard) - question.fixed;
      const onLeftOut = meanOf(leftOut, gain);
      if (onLeftOut < -2 * standardError(leftOut, gain) - 1e-12) continue;
      const together = onLeftOut + (validation.length > 0 ? meanOf([validation], gain) : 0);
      const more = best ? together - best.together : 1;
      const isSafer = more > -1e-12 && margin === best?.guard.margin;
      if (more > 1e-12 || isSafer) best = { guard, together };
    }
  }
  return best?.guard ?? { below: 0, margin: 1 };
}

/** Mean over categories of the mean over their questions. */
export function meanOf(
  categories: readonly (readonly RoutedQuestion[])[],
  value: (question: RoutedQuestion) => number,
): number {
  let sum = 0;
  for (const questions of categories) {
    const total = questions.reduce((partial, question) => partial + value(question), 0);
    sum += total / (questions.length * categories.length);
  }
  return sum;
}

/** Of `meanOf`, from the spread of the questions within categories. */
function standardError(
  categories: readonly (readonly RoutedQuestion[])[],
  value: (question: RoutedQuestion) => number,
): number {
  let sum = 0;
  for (const questions of categories) {
    const mean = meanOf([questions], value);
    sum += meanOf([questions], (question) => (value(question) - mean) ** 2) / questions.length;
  }
  return Math.sqrt(sum) / categories.length;
}
