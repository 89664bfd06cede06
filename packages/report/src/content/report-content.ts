import type { CalibrationContent } from './calibration-content.js';
import type { ComparisonContent } from './comparison-content.js';
import type { CostQualityContent } from './cost-quality-content.js';
import type { EvaluationContent } from './evaluation-content.js';
import type { ForecastContent } from './forecast-content.js';
import type { ModelMapContent } from './model-map-content.js';
import type { ProvenanceContent } from './provenance-content.js';
import type { QualityContent } from './quality-content.js';
import type { RoutingContent } from './routing-content.js';
import type { ReportSection } from './section.js';

/**
 * Everything that a report shows, as plain JSON: it survives `JSON.stringify` and `JSON.parse`
 * and renders the same afterwards.
 */
export interface ReportContent {
  readonly title: string;
  readonly quality: ReportSection<QualityContent>;
  readonly evaluation: ReportSection<EvaluationContent>;
  readonly comparison: ReportSection<ComparisonContent>;
  readonly calibration: ReportSection<CalibrationContent>;
  readonly costQuality: ReportSection<CostQualityContent>;
  readonly modelMap: ReportSection<ModelMapContent>;
  readonly forecasts: ReportSection<ForecastContent>;
  readonly routing: ReportSection<RoutingContent>;
  readonly provenance: ProvenanceContent;
}
