/** A forecast accuracy next to the observed one. */
export interface ForecastPair {
  readonly model: string;
  readonly forecast: number;
  /** 95% interval, where the method gives one. */
  readonly lower?: number | undefined;
  readonly upper?: number | undefined;
  readonly observed: number;
}

/** Forecasts of one benchmark from the texts of its questions. */
export interface TextForecast {
  readonly benchmark: string;
  readonly questions: number;
  readonly pairs: readonly ForecastPair[];
  readonly meanAbsoluteError: number;
  readonly bias: number;
  readonly spearman?: number | undefined;
  /** Share of observed accuracies inside the intervals. */
  readonly coverage: number;
}

/** Forecasts of a benchmark that the embeddings were trained without. */
export interface EmbeddingForecastContent {
  readonly benchmark: string;
  readonly pairs: readonly ForecastPair[];
  readonly rSquared: number;
  readonly meanAbsoluteError: number;
  readonly spearman?: number | undefined;
  /** Of R², by permutation. */
  readonly pValue?: number | undefined;
}

/** Benchmark accuracies of models, forecast and observed. */
export interface ForecastContent {
  readonly fromTexts: readonly TextForecast[];
  /** Over all pairs of model and benchmark. */
  readonly overall: {
    readonly pairs: number;
    readonly meanAbsoluteError: number;
    readonly coverage: number;
  };
  readonly fromEmbeddings: readonly EmbeddingForecastContent[];
  /** Why benchmarks have no forecast from embeddings. */
  readonly notes: readonly string[];
}
