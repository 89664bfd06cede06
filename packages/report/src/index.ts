export type {
  CollectReportOptions,
  ReportComparison,
  ReportImport,
  ReportPredictor,
  ReportSectionName,
} from './collect/collect-options.js';
export { collectReport } from './collect-report.js';
export type {
  CalibrationContent,
  Reliability,
  ReliabilityBin,
} from './content/calibration-content.js';
export type { ComparisonContent, ComparisonEntry } from './content/comparison-content.js';
export type {
  CostQualityContent,
  CostQualityPoint,
  RouterPoint,
} from './content/cost-quality-content.js';
export type {
  BenchmarkEvaluation,
  EvaluationContent,
  EvaluationRow,
} from './content/evaluation-content.js';
export type {
  EmbeddingForecastContent,
  ForecastContent,
  ForecastPair,
  TextForecast,
} from './content/forecast-content.js';
export type { MappedModel, ModelMapContent } from './content/model-map-content.js';
export type { ProvenanceContent } from './content/provenance-content.js';
export type {
  LabelQuality,
  ListedQuestion,
  QualityContent,
  QuestionList,
  RecordQuality,
} from './content/quality-content.js';
export type { ReportContent } from './content/report-content.js';
export type { RoutedCandidate, RoutedQuestion, RoutingContent } from './content/routing-content.js';
export type { ReportInterval, ReportSection } from './content/section.js';
export type {
  TestedPolicy,
  TrialContent,
  TrialHarm,
} from './content/trial-content.js';
export { formatEvaluation } from './format-evaluation.js';
export { renderReport } from './render-report.js';
export { renderTrial, trialVerdict } from './render-trial.js';
