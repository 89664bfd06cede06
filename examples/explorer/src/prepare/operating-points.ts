import { type CorrectnessMatrix, EmbedLLMError, Matrix, MISSING, singleBest } from '@embedllm/core';
import { Router, utility } from '@embedllm/router';
import {
  type CostedAnswers,
  judgeAgainstModel,
  judgeChoices,
  paretoFront,
  singleModelPoints,
} from '@embedllm/router/evaluation';
import type { AgainstBest, CostQuality, PolicyPoint } from '../explorer-data.js';
import type { Evaluation } from './load-evaluation.js';
import type { TrainedArtifact } from './train-artifact.js';

/** 0, and eight prices of a dollar to each power of ten: from cents a point to a millionth. */
const LAMBDAS: readonly number[] = [
  0,
  ...Array.from({ length: 57 }, (_, index) => Number((10 ** (index / 8)).toPrecision(3))),
];
/** Stops of the slider: more could not be told apart. */
const MOST_POINTS = 24;

/**
 * Policies along the cost-quality curve: which λ are worth a stop is decided on the validation
 * questions, what each costs and achieves is measured on the test questions.
 */
export function operatingPoints(
  { dataset, split }: Evaluation,
  { artifact, embeddings }: TrainedArtifact,
): CostQuality | null {
  const { correctness, models } = dataset;
  const router = Router.fromArtifact(artifact);
  const { costsUsd } = router.predict(embeddings.selectRows([0]));
  const usual = costsUsd.row(0);
  const priced = [...usual.keys()].filter((model) => !Number.isNaN(usual[model]));
  if (priced.length < 2) return null;
  const answersOf = (indices: readonly number[]): RoutedAnswers => {
    const costs = new Matrix(indices.length, models.length);
    for (let row = 0; row < indices.length; row++) costs.row(row).set(usual);
    return {
      router,
      embeddings: embeddings.selectRows(indices),
      correctness: correctness.selectQuestions(indices),
      costsUsd: costs,
    };
  };
  const validation = answersOf(split.validation);
  const front = paretoFront(LAMBDAS.map((lambda) => judgePolicy(validation, lambda)));
  const lambdas = thin(front.map(({ lambda }) => lambda));
  const test = answersOf(split.test);
  const train = correctness.selectQuestions(split.train).selectModels(priced);
  const bestSingle = priced[singleBest(train).model] as number;
  const points = lambdas.map((lambda) => ({
    ...judgePolicy(test, lambda),
    againstBest: judgeAgainstBest(test, lambda, bestSingle),
  }));
  const asked = labelCounts(test.correctness);
  const singles = singleModelPoints(test, { minimumShare: 0 }).map(
    ({ label, costUsd, quality }) => {
      const model = models.findIndex(({ name }) => name === label);
      return { model, questions: asked[model] ?? 0, costUsd, quality };
    },
  );
  return {
    priced,
    questions: Math.max(...points.map(({ questions }) => questions)),
    points: points.map(({ questions: _, ...point }) => point),
    singles,
    bestSingle,
  };
}

/** How many questions each model was asked, length M. */
function labelCounts({ questionCount, modelCount, labels }: CorrectnessMatrix): number[] {
  const counts = new Array<number>(modelCount).fill(0);
  for (let cell = 0; cell < questionCount * modelCount; cell++) {
    const model = cell % modelCount;
    if (labels[cell] !== MISSING) counts[model] = (counts[model] as number) + 1;
  }
  return counts;
}

interface RoutedAnswers extends CostedAnswers {
  readonly router: Router;
  readonly embeddings: Matrix;
}

/** Routes each question, among the models that were asked it, by the policy that the page uses. */
function judgePolicy(
  answers: RoutedAnswers,
  lambda: number,
): Omit<PolicyPoint, 'againstBest'> & { readonly questions: number } {
  const choose = chooser(answers, lambda);
  const counts = new Array<number>(answers.correctness.modelCount).fill(0);
  let questions = 0;
  const { costUsd, quality } = judgeChoices(answers, (question, answered) => {
    const chosen = choose(question, answered);
    counts[chosen] = (counts[chosen] as number) + 1;
    questions++;
    return chosen;
  });
  return { lambda, costUsd, quality, questions, shares: counts.map((count) => count / questions) };
}

/** Chooses as the page does. */
function chooser(
  { router, embeddings, correctness }: RoutedAnswers,
  lambda: number,
): (question: number, answered: readonly number[]) => number {
  const names = correctness.models;
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const policy = utility({ lambda });
  return (question, answered) => {
    const { model } = router.routeEmbedding(embeddings.row(question), {
      policy,
      models: answered.map((index) => names[index] as string),
      top: 1,
    });
    return indexOf.get(model.name) as number;
  };
}

function judgeAgainstBest(
  answers: RoutedAnswers,
  lambda: number,
  model: number,
): AgainstBest | null {
  try {
    const choose = chooser(answers, lambda);
    const { choices, fixed, difference } = judgeAgainstModel({ answers, choose, model });
    const { questions, mean, lower, upper } = difference;
    const costShare = fixed.costUsd > 0 ? choices.costUsd / fixed.costUsd : null;
    return { questions, mean, lower, upper, costShare };
  } catch (error) {
    // No test question was asked of the model.
    if (error instanceof EmbedLLMError && error.code === 'invalid-data') return null;
    throw error;
  }
}

/** Both ends, and evenly many between them. */
function thin(values: readonly number[]): number[] {
  const count = Math.min(values.length, MOST_POINTS);
  return Array.from(
    { length: count },
    (_, index) =>
      values[Math.round((index * (values.length - 1)) / Math.max(1, count - 1))] as number,
  );
}
