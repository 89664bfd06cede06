import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { FactorizationModel, Matrix } from '@embedllm/core';
import { savePretrained } from '@embedllm/core/node';
import { encoderRecord, fitLsaEncoder } from '@embedllm/question-encoder';

const QUESTIONS = new URL('../../../examples/data/mmlu-pro/questions.csv.gz', import.meta.url);
const MODELS = ['a', 'b', 'c'];

/**
 * Writes an artifact whose encoder is as large as a real one, fitted to the 2,800 questions of
 * `examples/data`, and whose models are random: what is measured does not depend on them.
 */
export async function writeArtifact(folder: string, seed = 0): Promise<void> {
  const questions = gunzipSync(await readFile(fileURLToPath(QUESTIONS))).toString();
  // Records may have line breaks; a line is as good a text to count words of.
  const texts = questions.split('\n').filter((line) => line.length > 20);
  const encoder = await fitLsaEncoder({ texts, dimensions: 256, seed });
  let state = seed + 1;
  const random = (rows: number, cols: number): Matrix => {
    const values = Float32Array.from({ length: rows * cols }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 30 - 1;
    });
    return new Matrix(rows, cols, values);
  };
  await savePretrained(folder, {
    model: new FactorizationModel({
      models: MODELS,
      modelEmbeddings: random(MODELS.length, 10),
      projection: random(10, encoder.dimensions),
      projectionBias: new Float32Array(10),
      classifier: random(2, 10),
      classifierBias: new Float32Array(2),
    }),
    models: MODELS.map((name) => ({ name })),
    encoder: encoderRecord(encoder),
    training: {
      solver: 'random',
      settings: { seed },
      dataFingerprint: 'none',
      counts: { questions: 0, models: MODELS.length, labels: 0 },
    },
    metrics: {},
  });
}
