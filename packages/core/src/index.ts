export type { Artifact, EncoderRecord, TrainingRecord } from './artifact/artifact.js';
export { CorrectnessMatrix, MISSING } from './correctness/correctness-matrix.js';
export type { EvaluationDataset, ModelInfo, Question } from './dataset.js';
export type {
  EncodeOptions,
  QuestionEncoder,
  SerializableEncoder,
  SerializedEncoder,
} from './encoder/question-encoder.js';
export { DataError, type DataLocation, EmbedLLMError, type ErrorCode } from './errors.js';
export { assertFinite } from './matrix/assert-finite.js';
export { Matrix } from './matrix/matrix.js';
export { multiplyTransposed } from './matrix/multiply.js';
export { FactorizationModel, type FactorizationParameters } from './model/factorization-model.js';
export { FoldedModel } from './model/folded-model.js';
export { sigmoid } from './model/sigmoid.js';
export { Random } from './random/random.js';
