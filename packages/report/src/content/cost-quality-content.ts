/** What a model or a setting of the router costs and achieves on the test questions. */
export interface CostQualityPoint {
  readonly label: string;
  /** Expected dollars of a question. */
  readonly costUsd: number;
  /** Share of correct answers. */
  readonly quality: number;
}

/** A setting of the router. */
export interface RouterPoint extends CostQualityPoint {
  /** The price of a dollar, in probability of a correct answer. */
  readonly lambda: number;
  /** The models that get most questions, and their share of them. */
  readonly traffic: readonly { readonly model: string; readonly share: number }[];
}

/** What routing costs and achieves against single models. */
export interface CostQualityContent {
  readonly questions: number;
  /** Each model alone. */
  readonly models: readonly CostQualityPoint[];
  /** The model that was best on training and validation. */
  readonly best: CostQualityPoint;
  /** Settings on the hull of validation, measured on test, by ascending cost. */
  readonly router: readonly RouterPoint[];
  /** Convex hull of the single models, drawn on test: RouterBench's zero router. */
  readonly zeroRouter: readonly CostQualityPoint[];
  /** Mean quality over the range of costs (AIQ), left out where the range is empty. */
  readonly averageQuality?:
    | {
        readonly fromUsd: number;
        readonly toUsd: number;
        readonly router: number;
        readonly zeroRouter: number;
      }
    | undefined;
  /** The router's settings next to the single best model and all single models. */
  readonly againstSingles?:
    | {
        /** PerfGain: quality of the best setting over that of the single best model, less 1. */
        readonly performanceGain: number;
        /** CostSave: of the cheapest setting as good as that model; left out where none is. */
        readonly costSaving?: number | undefined;
        /** ParetoDist: mean distance of the settings to the front, 0 to 1. */
        readonly paretoDistance: number;
      }
    | undefined;
  /** Models without price or answer length. */
  readonly unpriced: readonly string[];
  /** Models that answered too few test questions to be compared. */
  readonly sparse: readonly string[];
  /** The share of test questions that a model must have answered. */
  readonly minimumCoverage: number;
}
