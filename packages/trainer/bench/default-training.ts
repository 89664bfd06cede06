import {
  type CategoryIndicators,
  type CorrectnessMatrix,
  type Matrix,
  sigmoid,
  singleBest,
} from '@embedllm/core';
import {
  familiarLogits,
  fitFamiliarity,
  guardScores,
  restoreFamiliarity,
} from '@embedllm/core/familiarity';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import {
  type CategorizedSet,
  chooseCategories,
  type Engine,
  fitCategoryIndicators,
  leaveCategoriesOut,
  trainDirect,
  trainWithCategories,
  type UnseenStudy,
} from '../src/index.js';
import type { FolderData } from './folder-splits.js';

/** Indices of questions, by what they are for. */
export interface Parts {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

/** What `embedllm train` makes of a split without options, on its test questions. */
export interface DefaultTraining {
  readonly train: CategorizedSet;
  readonly validation: CategorizedSet;
  readonly test: CategorizedSet;
  readonly probabilities: Matrix;
  /** What the default policy chooses by: the largest. */
  readonly scores: Matrix;
  /** Probabilities with the categories of the test questions given, where that makes a difference. */
  readonly known: Matrix;
  /** The category that the text of each test question suggests most. */
  readonly inferred: readonly string[];
  /** Of the categories, where validation chose them. */
  readonly strength: number | undefined;
  /** Index of the single best model of training. */
  readonly best: number;
  readonly unseen: UnseenStudy | undefined;
  /** Of the direct solver with and without categories, and of leaving categories out. */
  readonly seconds: { readonly solve: number; readonly unseen: number };
}

/** Trains as the command does: lsa, categories and settings chosen on validation, familiarity, and the guard. */
export async function trainByDefault(
  data: FolderData,
  parts: Parts,
  engine: Engine,
): Promise<DefaultTraining> {
  const models = labelledModels(data.correctness, parts.train);
  const textsOf = (of: readonly number[]): string[] => of.map((index) => data.texts[index] ?? '');
  const encoder = await fitLsaEncoder({ texts: textsOf(parts.train) });
  const part = async (of: readonly number[]) => ({
    embeddings: await encoder.encode(textsOf(of)),
    coverage: await encoder.coverage(textsOf(of)),
    categories: of.map((index) => data.categories[index] ?? ''),
    correctness: data.correctness.selectQuestions(of).selectModels(models),
  });
  const [train, validation, test] = [
    await part(parts.train),
    await part(parts.validation),
    await part(parts.test),
  ];
  const { training, kinds, seconds } = await chooseCategories({ train, validation, engine });
  const { model, chosen, indicators, record } = training;
  const { categoryStrength: strength } = record.settings;
  const vectorsOf = ({ embeddings }: { readonly embeddings: Matrix }): Matrix =>
    indicators ? indicators.append(embeddings) : embeddings;
  const asUsed = (of: typeof train) => ({ ...of, embeddings: vectorsOf(of) });
  const familiarity = fitFamiliarity({
    ...{ model, kinds, heldOut: asUsed(validation) },
    ...{ train: vectorsOf(train), categories: train.categories },
  });
  const best = singleBest(train.correctness).model;
  const held = familiarLogits({ model, familiarity, ...asUsed(validation) });
  const trainTexts = (of: readonly number[]) => textsOf(of.map((index) => parts.train[index]!));
  const isSeveral = new Set(train.categories).size > 1;
  const settings = {
    ...{ ridges: [chosen.ridge], poolings: [chosen.pooling], ranks: [chosen.rank], engine },
  };
  const unseen = isSeveral
    ? await leaveCategoriesOut({
        ...{ correctness: train.correctness, categories: train.categories },
        encode: async (kept, asked) => {
          const refitted = await fitLsaEncoder({ texts: trainTexts(kept), powerIterations: 1 });
          return {
            embeddings: await refitted.encode(trainTexts(asked)),
            coverage: await refitted.coverage(trainTexts(asked)),
          };
        },
        fit: async (kept) => {
          const isKeptSeveral = new Set(kept.categories).size > 1;
          if (typeof strength === 'number' && isKeptSeveral) {
            return trainWithCategories({ ...settings, train: kept, strength });
          }
          const { model: text } = await trainDirect({ ...settings, train: kept });
          if (!isKeptSeveral) return { model: text };
          return { model: text, kinds: await fitCategoryIndicators({ train: kept, engine }) };
        },
        validation: { ...held, best, correctness: validation.correctness },
      })
    : undefined;
  const { guard, fallback } = unseen ?? {};
  const scored = familiarLogits({
    model,
    familiarity: restoreFamiliarity({ ...familiarity.record, ...(fallback && { fallback }) }),
    ...asUsed(test),
  });
  const probabilities = sigmoid(scored.logits);
  const inferred = inferredCategories(kinds, test.embeddings);
  const guarded = { probabilities, familiarity: scored.familiarity, best };
  return {
    ...{ train, validation, test, probabilities, inferred, best, unseen },
    scores: guard ? guardScores({ ...guarded, guard }) : probabilities,
    known:
      indicators && test.categories.every((category) => indicators.has(category))
        ? model.predictProbabilities(indicators.append(test.embeddings, test.categories))
        : model.predictProbabilities(vectorsOf(test)),
    strength: typeof strength === 'number' ? strength : undefined,
    seconds: { solve: seconds, unseen: unseen?.seconds ?? 0 },
  };
}

function inferredCategories(kinds: CategoryIndicators | undefined, texts: Matrix): string[] {
  if (!kinds) return [];
  const inferred = kinds.infer(texts);
  return Array.from({ length: texts.rows }, (_, row) => {
    const probabilities = inferred.row(row);
    return kinds.categories[probabilities.indexOf(Math.max(...probabilities))]!;
  });
}

/** Models with a label on some of the questions; others cannot be trained. */
function labelledModels(correctness: CorrectnessMatrix, questions: readonly number[]): number[] {
  const labels = new Uint32Array(correctness.modelCount);
  correctness.selectQuestions(questions).forEachLabel((_, model) => {
    labels[model] = labels[model]! + 1;
  });
  return [...labels.keys()].filter((model) => labels[model]! > 0);
}
