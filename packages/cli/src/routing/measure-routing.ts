import {
  type CorrectnessMatrix,
  compareWithModel,
  type Matrix,
  oracleAccuracy,
  type PairedDifference,
  randomAccuracy,
  routeAll,
  routingAccuracy,
  singleBest,
} from '@embedllm/core';
import { rareRightRecall } from '@embedllm/router/evaluation';
import { fitCategoryMeans } from '@embedllm/trainer';

/** A way to route, and what it is compared with the single best model. */
export interface RoutedAccuracy {
  readonly accuracy: number;
  /** Less the single best model, on the questions that this model was asked. */
  readonly lessSingleBest: PairedDifference | undefined;
}

/** What routing is worth: accuracies of several ways to choose a model, on the same questions. */
export interface RoutingBaselines {
  /**
   * How many questions the accuracies are of: those that the single best model was asked, or all
   * where there is no single best.
   */
  readonly questions: number;
  readonly artifact: RoutedAccuracy;
  /** The models' training accuracies in the category of the question, which has to be known. */
  readonly categoryMeans: RoutedAccuracy | undefined;
  /** Other predictors that were asked for. */
  readonly others: readonly ({ readonly name: string } & RoutedAccuracy)[];
  /** The model that `singleBest` of core finds on the training questions. */
  readonly singleBest:
    | {
        readonly name: string;
        readonly accuracy: number;
        /** Estimated on the training questions. */
        readonly trainingAccuracy: number;
        readonly candidates: number;
      }
    | undefined;
  readonly random: number;
  readonly oracle: number;
  /**
   * Share of the way from the single best to the oracle; only where the artifact is clearly better
   * than the single best.
   */
  readonly gapClosed: number | undefined;
  /** How often routing finds a model that is right where few are; see `rareRightRecall`. */
  readonly rareRight: {
    readonly questions: number;
    readonly artifact: number | undefined;
    readonly singleBest: number | undefined;
  };
}

/** What `measureRouting` takes. */
export interface RoutingStudy {
  readonly train: CorrectnessMatrix;
  readonly trainCategories: readonly string[];
  /** Labels of the measured questions. */
  readonly truth: CorrectnessMatrix;
  readonly categories: readonly string[];
  /** What the artifact routes by, such as `routingScores`: the largest is chosen, shape [Q, M]. */
  readonly scores: Matrix;
  /** More predictors to route by, shape [Q, M] each. @default none */
  readonly others?: readonly { readonly name: string; readonly probabilities: Matrix }[];
}

/** Routes by the artifact and by the baselines, and compares with the single best model. */
export async function measureRouting(study: RoutingStudy): Promise<RoutingBaselines> {
  const { train, truth, scores: own, others = [] } = study;
  const best = train.countObserved() > 0 ? singleBest(train) : undefined;
  const asked = truth.questions.flatMap((_, question) => {
    const isAsked = best ? truth.get(question, best.model) !== undefined : true;
    return isAsked ? [question] : [];
  });
  const isComparable = best !== undefined && asked.length > 0;
  const questions = isComparable ? asked : [...truth.questions.keys()];
  const judged = truth.selectQuestions(questions);
  const route = (scores: Matrix): RoutedAccuracy & { readonly gapClosed: number | undefined } => {
    const judgedScores = scores.selectRows(questions);
    const chosen = routeAll(judgedScores, judged);
    const comparison = isComparable
      ? compareWithModel({ chosen, truth: judged, model: best.model })
      : undefined;
    return {
      accuracy: comparison?.routing ?? routingAccuracy(judgedScores, judged),
      lessSingleBest: comparison?.difference,
      gapClosed: comparison?.gapClosed,
    };
  };
  const { gapClosed, ...artifact } = route(own);
  const means = best && route(await categoryMeans(study));
  const rare = rareRightRecall({
    chosen: routeAll(own.selectRows(questions), judged),
    truth: judged,
  });
  return {
    questions: questions.length,
    artifact,
    others: others.map(({ name, probabilities: scores }) => {
      const { accuracy, lessSingleBest } = route(scores);
      return { name, accuracy, lessSingleBest };
    }),
    categoryMeans: means && { accuracy: means.accuracy, lessSingleBest: means.lessSingleBest },
    singleBest: isComparable
      ? {
          name: train.models[best.model] ?? '',
          accuracy: randomAccuracy(judged.selectModels([best.model])),
          trainingAccuracy: best.accuracy,
          candidates: best.candidates,
        }
      : undefined,
    random: randomAccuracy(judged),
    oracle: oracleAccuracy(judged),
    gapClosed,
    rareRight: {
      ...{ questions: rare.questions, artifact: rare.recall },
      singleBest: isComparable
        ? rareRightRecall({ chosen: questions.map(() => best.model), truth: judged }).recall
        : undefined,
    },
  };
}

async function categoryMeans(study: RoutingStudy): Promise<Matrix> {
  const { train, trainCategories, categories, scores } = study;
  const predictor = fitCategoryMeans({
    train: { correctness: train },
    categories: trainCategories,
  });
  // The vectors are not looked at.
  return predictor.predictProbabilities(scores, { categories });
}
