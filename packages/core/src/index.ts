export {
  type Advice,
  advice,
  DataError,
  type DataErrorDetails,
  type DataLocation,
  describeLocation,
  EmbedLLMError,
  type ErrorCode,
  type ErrorDetails,
  type NamedOption,
  namedOption,
  type OptionValue,
} from '@embedllm/internals';
export type {
  Artifact,
  EncoderRecord,
  TrainingRecord,
  TrainingWarning,
} from './artifact/artifact.js';
export { type DecodeArtifactOptions, decodeArtifact } from './artifact/decode-artifact.js';
export { encodeArtifact } from './artifact/encode-artifact.js';
export {
  CategoryIndicators,
  type CategoryIndicatorsOptions,
} from './categories/category-indicators.js';
export type { Answer } from './correctness/answer.js';
export {
  CorrectnessBuilder,
  type CorrectnessBuilderOptions,
  correctnessFromRecords,
  type ResponseRecord,
} from './correctness/correctness-builder.js';
export {
  CorrectnessMatrix,
  type CorrectnessMatrixOptions,
} from './correctness/correctness-matrix.js';
export type { LabelEntries } from './correctness/label-entries.js';
export { type LabelVisitor, MISSING } from './correctness/label-storage.js';
export type { EvaluationDataset, ModelInfo, Question } from './dataset.js';
export type {
  EncodeOptions,
  QuestionEncoder,
  SerializableEncoder,
  SerializedEncoder,
} from './encoder/question-encoder.js';
export { assertFinite } from './matrix/assert-finite.js';
export { Matrix } from './matrix/matrix.js';
export { multiplyTransposed } from './matrix/multiply.js';
export { accuracy } from './metrics/accuracy.js';
export { auroc } from './metrics/auroc.js';
export { brierScore } from './metrics/brier-score.js';
export {
  compareWithModel,
  type ModelComparison,
  outcomes,
} from './metrics/compare-with-model.js';
export { type AccuracyEstimate, estimateAccuracies } from './metrics/estimate-accuracies.js';
export {
  evaluateByCategory,
  evaluatePredictions,
  type PredictionMetrics,
} from './metrics/evaluate-predictions.js';
export {
  type ExpectedCalibrationErrorOptions,
  expectedCalibrationError,
} from './metrics/expected-calibration-error.js';
export { logLoss } from './metrics/log-loss.js';
export { modelAccuracies } from './metrics/model-accuracies.js';
export {
  describeVerdict,
  type PairedDifference,
  pairedDifference,
  type Verdict,
} from './metrics/paired-difference.js';
export {
  gapClosed,
  oracleAccuracy,
  randomAccuracy,
  routeAll,
  routingAccuracy,
} from './metrics/routing.js';
export { type SingleBest, type SingleBestOptions, singleBest } from './metrics/single-best.js';
export { fitTwoWay, type TwoWayFit } from './metrics/two-way-fit.js';
export { FactorizationModel, type FactorizationParameters } from './model/factorization-model.js';
export { FoldedModel } from './model/folded-model.js';
export { sigmoid } from './model/sigmoid.js';
export {
  type FetchInit,
  type FetchPretrainedOptions,
  fetchPretrained,
} from './pretrained/fetch-pretrained.js';
export type { Progress } from './progress.js';
export { type NumericArray, Random } from './random/random.js';
export { applySplit, type SplitParts } from './splits/apply-split.js';
export { type PerQuestion, type QuestionPart, selectPart } from './splits/select-part.js';
export {
  type QuestionSplit,
  type SplitFractions,
  type SplitOptions,
  splitQuestions,
} from './splits/split-questions.js';
export { type ReadNpyOptions, readNpy, writeNpy } from './tensors/npy.js';
export {
  type ReadSafetensorsOptions,
  readSafetensors,
  type SafetensorsFile,
  writeSafetensors,
} from './tensors/safetensors.js';
export type { Tensor, TensorArrays, TensorDtype, TensorOf } from './tensors/tensor.js';
export {
  matrixToTensor,
  type TensorToMatrixOptions,
  tensorToMatrix,
} from './tensors/tensor-matrix.js';
