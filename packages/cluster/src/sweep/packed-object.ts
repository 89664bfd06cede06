import { deserialize, serialize } from 'node:v8';
import { CorrectnessMatrix, FactorizationModel, Matrix } from '@embedllm/core';
import type { LabelledSet } from '@embedllm/trainer';

/** Plain values and typed arrays as bytes, every number with its bits. */
export function packObject(value: unknown): Uint8Array {
  return serialize(value);
}

/** What `packObject` made into bytes, in arrays of their own. */
export function unpackObject<T>(bytes: Uint8Array): T {
  return deserialize(bytes) as T;
}

/** A labelled set as plain values. */
export function plainSet({ embeddings, correctness }: LabelledSet): object {
  const { questions, models, labels } = correctness;
  return { embeddings: plainMatrix(embeddings), correctness: { questions, models, labels } };
}

/** The set of plain values. */
export function labelledSet(value: unknown): LabelledSet {
  const { embeddings, correctness } = value as {
    embeddings: PlainMatrix;
    correctness: ConstructorParameters<typeof CorrectnessMatrix>[0];
  };
  return { embeddings: matrix(embeddings), correctness: new CorrectnessMatrix(correctness) };
}

/** A model as plain values. */
export function plainModel(model: FactorizationModel): object {
  const { models, projectionBias, classifierBias } = model;
  return {
    ...{ models, projectionBias, classifierBias },
    modelEmbeddings: plainMatrix(model.modelEmbeddings),
    projection: plainMatrix(model.projection),
    classifier: plainMatrix(model.classifier),
  };
}

/** The model of plain values. */
export function factorizationModel(value: unknown): FactorizationModel {
  const plain = value as {
    models: string[];
    projectionBias: Float32Array;
    classifierBias: Float32Array;
    modelEmbeddings: PlainMatrix;
    projection: PlainMatrix;
    classifier: PlainMatrix;
  };
  return new FactorizationModel({
    ...plain,
    modelEmbeddings: matrix(plain.modelEmbeddings),
    projection: matrix(plain.projection),
    classifier: matrix(plain.classifier),
  });
}

interface PlainMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float32Array;
}

function plainMatrix({ rows, cols, data }: Matrix): PlainMatrix {
  return { rows, cols, data };
}

function matrix({ rows, cols, data }: PlainMatrix): Matrix {
  return new Matrix(rows, cols, data);
}
