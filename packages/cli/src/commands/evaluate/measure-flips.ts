import { type Artifact, type Matrix, type QuestionEncoder, routeAll } from '@embedllm/core';
import { Router } from '@embedllm/router';
import { addTypingErrors, flipRate } from '@embedllm/router/evaluation';
import { coverageOf } from '../../inputs/coverage-of.js';
import { encodeTexts } from '../../inputs/encode-texts.js';
import type { OpenDataset } from '../../inputs/open-dataset.js';
import type { Context } from '../../program/context.js';

/** How many questions go to another model once words are misspelt; plain JSON. */
export interface MeasuredFlips {
  /** Share of the words of four letters or more that got an error. */
  readonly typingErrors: number;
  /** Share of the questions that were routed to another model. */
  readonly flipRate: number;
}

/** What `measureFlips` takes. */
export interface FlipStudy {
  readonly artifact: Artifact;
  readonly encoder: QuestionEncoder;
  readonly dataset: OpenDataset;
  /** Of the measured questions. */
  readonly indices: readonly number[];
  /** Of these questions as they are, all models of the artifact, shape [Q, M]. */
  readonly probabilities: Matrix;
  /** Share of the words to misspell. */
  readonly share: number;
  readonly seed: number;
}

/** Routes the questions again with typing errors in their texts, and counts other choices. */
export async function measureFlips(context: Context, study: FlipStudy): Promise<MeasuredFlips> {
  const { artifact, encoder, dataset, indices, probabilities, share, seed } = study;
  const questions = indices.flatMap((index) => dataset.questions[index] ?? []);
  const texts = addTypingErrors(
    questions.map(({ prompt }) => prompt),
    { share, seed },
  );
  const embeddings = await encodeTexts(context, encoder, texts, { cache: false });
  const misspelt = questions.map((question, place) => ({
    ...question,
    prompt: texts[place] ?? '',
  }));
  const coverage = artifact.familiarity?.coverage
    ? await coverageOf(artifact.encoder, misspelt)
    : undefined;
  const predicted = Router.fromArtifact(artifact).predict(embeddings, { coverage });
  return {
    typingErrors: share,
    flipRate: flipRate(routeAll(probabilities), routeAll(predicted.probabilities)),
  };
}
