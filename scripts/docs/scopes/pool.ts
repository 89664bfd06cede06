// A small simulated pool under the names that the documentation uses, encoded and trained.
import { correctnessFromRecords, type Matrix, type Question, splitQuestions } from '@embedllm/core';
import { encoderRecord, fitLsaEncoder } from '@embedllm/question-encoder';
import { Router } from '@embedllm/router';
import { simulatePool } from '@embedllm/simulated-pool';
import { trainDirect } from '@embedllm/trainer';

const NAMES = [
  ...['gpt-4o-mini', 'qwen2.5-7b', 'llama-3.1-8b', 'qwen-7b', 'qwen-72b', 'slow-model'],
  ...['llama-8b', 'large', 'small', 'base-7b', 'chat-7b', 'code-7b', 'math-7b', 'law-7b'],
];
const simulated = simulatePool({ models: NAMES.length, questionsPerBenchmark: 30 }).dataset;

export const questions: Question[] = simulated.questions.map((question, index) => {
  const category = question.category === 'arithmetic' ? 'gsm8k' : question.category;
  return { ...question, id: `${category}/${index % 30}`, category };
});
export const models = simulated.models.map((model, index) => ({
  ...model,
  name: NAMES[index] as string,
  pricePerMillionInputTokens: (model.pricePerMillionOutputTokens ?? 1) / 3,
  meanOutputTokens: 200,
  latencyMs: 500,
  capabilities: ['tools'],
}));
export const { correctness } = correctnessFromRecords(
  questions.flatMap(({ id }, q) =>
    models.flatMap(({ name }, m) => {
      const label = simulated.correctness.get(q, m);
      return label === undefined ? [] : [{ question: id, model: name, label }];
    }),
  ),
  { questions: questions.map(({ id }) => id), models: models.map(({ name }) => name) },
);
export const dataset = { questions, models, correctness };
export const categories = questions.map(({ category }) => category);
export const families = models.map(({ family }) => family);
export const split = splitQuestions(categories, { seed: 7 });
export const texts = questions.map(({ prompt }) => prompt);
export const trainingQuestions = split.train.map((index) => texts[index] as string);
export const encoder = await fitLsaEncoder({ texts: trainingQuestions, dimensions: 48 });
export const embeddings: Matrix = await encoder.encode(texts);
export const train = labelled(split.train);
export const validation = labelled(split.validation);
export const heldOut = labelled(split.test);

const training = await trainDirect({ train, validation, ridges: [1], poolings: [0.5], ranks: [4] });
export const { model } = training;
export const artifact = {
  model,
  models,
  encoder: encoderRecord(encoder),
  training: training.record,
  metrics: { 'validation.logLoss': training.chosen.validationLogLoss ?? 0 },
};
export const router = new Router({ model, models, encoder });
export const question = 'What is 17 * 23?';
export const controller = new AbortController();
export const { signal } = controller;

function labelled(indices: readonly number[]) {
  return {
    embeddings: embeddings.selectRows(indices),
    correctness: correctness.selectQuestions(indices),
    categories: indices.map((index) => categories[index] as string),
  };
}
