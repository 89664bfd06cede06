import {
  type Artifact,
  DataError,
  type EvaluationDataset,
  type FactorizationModel,
  type Matrix,
  type ModelInfo,
} from '@embedllm/core';
import { fromPretrained, savePretrained } from '@embedllm/core/node';
import { mean, percent, quantity } from '@embedllm/internals';
import { Router } from '@embedllm/router';
import { Learner, type QuestionEffect } from '@embedllm/router/learning';
import { distinctAnswers } from '../../inputs/distinct-answers.js';
import { encodeTexts } from '../../inputs/encode-texts.js';
import { readModelAnswers } from '../../inputs/model-answers.js';
import { openDataset } from '../../inputs/open-dataset.js';
import { storeThreshold } from '../../inputs/reading-options.js';
import { restoreArtifactEncoder } from '../../inputs/restore-artifact-encoder.js';
import { alikeModel, alikeQuestions } from '../../output/alike-names.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { AddModelOptions } from './options.js';
import { effectsOf } from './question-effects.js';

/** What adding a model came to; plain JSON. */
export interface AddModelSummary {
  readonly output: string;
  readonly model: ModelInfo;
  readonly answers: number;
  /** Mean of their outcomes. */
  readonly meanOutcome: number;
  /** Mean probability of the new model on the answered questions. */
  readonly meanProbability: number;
  /** Models of the new artifact. */
  readonly models: number;
}

/** Adds a model to an artifact by its answers, and saves it. */
export async function addModelToArtifact(
  context: Context,
  options: AddModelOptions,
): Promise<{ summary: AddModelSummary; text: string }> {
  if (options.answers === undefined)
    throw new UsageError('Name the file of answers with --answers.');
  const { artifact, router, learner, encode } = await open(context, options);
  const read = await readModelAnswers(context, options.answers, options, {
    name: options.name,
    hint: 'Choose one with --name.',
  });
  const name = options.name ?? read.model;
  if (name === undefined || name.trim() === '') {
    throw new UsageError('Name the model with --name.');
  }
  makeRoom(context, router, name, options);
  const alike = alikeModel(
    name,
    artifact.models.map((model) => model.name),
  );
  if (alike !== '') context.warn(alike);
  const needsDataset = read.answers.some(({ prompt }) => prompt === undefined);
  const dataset = needsDataset ? await datasetOf(context, options) : undefined;
  const indexById = new Map(dataset?.questions.map(({ id }, index) => [id, index]));
  const resolved = read.answers.map(({ prompt, question, row }) => {
    const text = prompt ?? dataset?.questions[indexById.get(question ?? '') ?? -1]?.prompt;
    if (text === undefined) {
      throw new DataError(
        `The dataset ${options.data} has no question ${JSON.stringify(question)}.${alikeQuestions([question ?? ''], [...indexById.keys()])}`,
        { file: options.answers, row, field: 'prompt_id' },
      );
    }
    return text;
  });
  const { answers: marked, texts } = distinctAnswers(read.answers, resolved, options.answers);
  const embeddings = await encode(texts);
  const effects = dataset && (await effectsByText(dataset, texts, router.toModel(), encode));
  const answers = marked.map(({ outcome }, index) => ({
    question: embeddings.row(index),
    outcome,
    effect: effects?.get(texts[index]!),
  }));
  const info: ModelInfo = {
    name,
    ...given('family', options.family),
    ...given('parametersBillion', options.parameters),
    ...given('pricePerMillionOutputTokens', options.outputPrice),
    ...given('pricePerMillionInputTokens', options.inputPrice),
    ...given('meanOutputTokens', options.outputTokens),
    ...given('capabilities', options.capabilities),
    ...given('regions', options.regions),
    ...given('latencyMs', options.latency),
    ...given('contextLength', options.contextLength),
  };
  const { model } = await learner.addModel(info, answers, { signal: context.signal });
  const output = context.path(options.output ?? options.artifact);
  await savePretrained(
    output,
    {
      ...artifact,
      model: router.toModel(),
      models: router.models,
      learning: { ...learner.toJSON() },
    },
    { signal: context.signal },
  );
  const { probabilities } = router.predict(embeddings);
  const column = router.models.length - 1;
  const summary = {
    output,
    model,
    answers: answers.length,
    meanOutcome: mean(marked.map(({ outcome }) => outcome)),
    meanProbability: mean(texts.map((_, row) => probabilities.at(row, column))),
    models: router.models.length,
  };
  const text =
    `Added ${name} from ${quantity(answers.length, 'answer')}: ${percent(summary.meanOutcome)} correct, ` +
    `predicted ${percent(summary.meanProbability)} on the same questions.\n` +
    `Artifact: ${output} (${quantity(summary.models, 'model')})`;
  return { summary, text };
}

/** Takes the model of the name out where it is to be replaced. @throws UsageError where it is not. */
function makeRoom(
  context: Context,
  router: Router,
  name: string,
  { artifact, replace = false }: AddModelOptions,
): void {
  const isTaken = router.models.some((model) => model.name === name);
  if (!isTaken) {
    if (replace) context.warn(`${artifact} has no model ${JSON.stringify(name)} to replace.`);
    return;
  }
  if (!replace) {
    throw new UsageError(
      `${artifact} has a model ${JSON.stringify(name)} already. Relearn it from these answers with --replace, or use another --name.`,
    );
  }
  router.removeModel(name);
}

/** The questions of the dataset that say most about a new model. */
export async function suggestForModel(
  context: Context,
  options: AddModelOptions,
  count: number,
): Promise<{ summary: readonly { id: string; prompt: string }[]; text: string }> {
  const { artifact, learner, encode } = await open(context, options);
  const dataset = await datasetOf(context, options);
  const { questions } = dataset;
  if (count > questions.length) {
    throw new UsageError(
      `--suggest ${count} is more than the ${questions.length} questions of the dataset.`,
    );
  }
  const candidates = await encode(questions.map(({ prompt }) => prompt));
  const effects = await effectsOf(
    dataset,
    [...questions.keys()],
    artifact.model,
    async () => candidates,
  );
  const chosen = learner.suggestQuestions(count, {
    candidates,
    effects: effects.length > 0 ? effects : undefined,
    categories: questions.map(({ category }) => category),
  });
  const summary = chosen.map((index) => ({
    id: questions[index]?.id ?? '',
    prompt: questions[index]?.prompt ?? '',
  }));
  return { summary, text: summary.map(({ id }) => id).join('\n') };
}

async function open(
  context: Context,
  options: AddModelOptions,
): Promise<{
  artifact: Artifact;
  router: Router;
  learner: Learner;
  encode: (texts: readonly string[]) => ReturnType<typeof encodeTexts>;
}> {
  const artifact = await fromPretrained(context.path(options.artifact), { signal: context.signal });
  const encoder = await restoreArtifactEncoder(context, artifact.encoder, options);
  const router = Router.fromArtifact(artifact, { encoder });
  return {
    artifact,
    router,
    learner: artifact.learning ? Learner.restore(router, artifact.learning) : new Learner(router),
    encode: (texts) => encodeTexts(context, encoder, texts, { cache: false }),
  };
}

function datasetOf(context: Context, options: AddModelOptions) {
  return openDataset(context, { ...options, seed: 0, threshold: storeThreshold(options) });
}

/** By the texts that were answered; questions of equal texts are taken for one. */
async function effectsByText(
  dataset: EvaluationDataset,
  texts: readonly string[],
  model: FactorizationModel,
  encode: (texts: readonly string[]) => Promise<Matrix>,
): Promise<Map<string, QuestionEffect>> {
  const wanted = new Set(texts);
  const rows = dataset.questions.flatMap(({ prompt }, q) => (wanted.delete(prompt) ? [q] : []));
  const effects = await effectsOf(dataset, rows, model, encode);
  return new Map(effects.map((effect, index) => [dataset.questions[rows[index]!]!.prompt, effect]));
}

function given<K extends keyof ModelInfo>(key: K, value: ModelInfo[K]): Partial<ModelInfo> {
  return value === undefined ? {} : { [key]: value };
}
