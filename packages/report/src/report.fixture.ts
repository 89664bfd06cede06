import {
  type Artifact,
  CorrectnessMatrix,
  type EvaluationDataset,
  Matrix,
  MISSING,
  type ModelInfo,
  type QuestionEncoder,
  type QuestionSplit,
  Random,
  splitQuestions,
} from '@embedllm/core';
import { createTypeScriptEngine, type Engine, trainDirect } from '@embedllm/trainer';

const D = 6;
const BENCHMARKS = ['maths', 'law', 'code'];

/** Small evaluation records and the artifact that was trained on them. */
export interface ReportFixture {
  readonly dataset: EvaluationDataset;
  readonly split: QuestionSplit;
  readonly embeddings: Matrix;
  readonly artifact: Artifact;
  readonly encoder: QuestionEncoder;
  readonly engine: Engine;
}

/** Nine models on 240 questions of three benchmarks, with one label in twenty missing. */
export async function reportFixture(
  options: {
    readonly names?: readonly string[];
    readonly prompt?: (index: number) => string;
    readonly benchmarks?: readonly string[];
    readonly hasPrices?: boolean;
  } = {},
): Promise<ReportFixture> {
  const names = options.names ?? Array.from({ length: 9 }, (_, model) => `model-${model}`);
  const { hasPrices = true, benchmarks = BENCHMARKS } = options;
  const random = new Random(11);
  const Q = 240;
  const questions = Array.from({ length: Q }, (_, index) => ({
    id: `q${index}`,
    prompt: options.prompt?.(index) ?? `Question ${index} of the fixture, about something else.`,
    category: benchmarks[index % benchmarks.length] as string,
  }));
  const gaussian = (rows: number): Matrix =>
    new Matrix(
      rows,
      D,
      Float32Array.from({ length: rows * D }, () => random.normal()),
    );
  const embeddings = gaussian(Q);
  const skills = gaussian(names.length);
  const labels = Uint8Array.from({ length: Q * names.length }, (_, cell) => {
    if (random.uniform() < 0.05) return MISSING;
    const [question, model] = [Math.floor(cell / names.length), cell % names.length];
    const logit = embeddings
      .row(question)
      .reduce((sum, value, k) => sum + value * skills.at(model, k), 0.2 * model);
    return random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  const models = names.map(
    (name, index): ModelInfo => ({
      name,
      family: `family ${index % 3}`,
      ...(hasPrices
        ? { pricePerMillionOutputTokens: 0.1 * 3 ** index, meanOutputTokens: 100 }
        : {}),
    }),
  );
  const correctness = new CorrectnessMatrix({
    questions: questions.map(({ id }) => id),
    models: [...names],
    labels,
  });
  const split = splitQuestions(
    questions.map(({ category }) => category),
    { seed: 3, fractions: { train: 0.5, validation: 0.2, test: 0.3 } },
  );
  const engine = createTypeScriptEngine();
  const part = (indices: readonly number[]) => ({
    embeddings: embeddings.selectRows(indices),
    correctness: correctness.selectQuestions(indices),
  });
  const training = await trainDirect({
    train: part(split.train),
    validation: part(split.validation),
    engine,
  });
  const encoder: QuestionEncoder = {
    id: 'letters',
    dimensions: D,
    encode: async (texts) =>
      Matrix.fromRows(
        texts.map((text) => Array.from({ length: D }, (_, k) => (text.charCodeAt(k) || 0) / 100)),
      ),
  };
  return {
    dataset: { questions, models, correctness },
    split,
    embeddings,
    encoder,
    engine,
    artifact: {
      model: training.model,
      models,
      encoder: { id: 'letters', fingerprint: 'letters', dimensions: D },
      training: training.record,
      metrics: { 'validation.logLoss': 0.5 },
    },
  };
}
