/**
 * What the page shows next to the artifact, prepared once from recorded answers: plain JSON in
 * `explorer.json`. Indices of models are positions in `models`.
 */
export interface ExplorerData {
  readonly formatVersion: 1;
  /** Names of the models, in the artifact's order. */
  readonly models: readonly string[];
  readonly provenance: Provenance;
  /** `null` where fewer than two models have a price and an answer length. */
  readonly costQuality: CostQuality | null;
  readonly forecasts: Forecasts;
  /** Held-out questions to start from. */
  readonly examples: readonly ExampleQuestion[];
}

/** Where the figures come from. */
export interface Provenance {
  /** `a sample of MMLU-Pro`, or the name of the folder. */
  readonly data: string;
  /** How questions were split, in words. */
  readonly split: string;
  readonly questions: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  };
  /** Of the training data, as in the artifact: data and artifact belong together. */
  readonly dataFingerprint: string;
  /** Observed labels, of all questions. */
  readonly labels: number;
  /** Of the encoder and of a split that the data does not fix. */
  readonly seed: number;
}

/** What policies and single models cost and achieve on test questions. */
export interface CostQuality {
  /** Models that have a price and an answer length, to which policies are held. */
  readonly priced: readonly number[];
  /** Test questions that were judged. */
  readonly questions: number;
  /** From cheapest to dearest; chosen on validation questions, at least one. */
  readonly points: readonly PolicyPoint[];
  /** Each model alone on the test questions that it was asked; those without any are left out. */
  readonly singles: readonly SinglePoint[];
  /** The single best model on training questions, of those asked at least 95% of them. */
  readonly bestSingle: number;
}

/** A policy's price of a dollar, and where that leads on the test questions. */
export interface PolicyPoint {
  /** λ of `utility`. */
  readonly lambda: number;
  /** Mean dollars for a question: list price x the model's usual length. */
  readonly costUsd: number;
  /** Share of the questions whose chosen model answered correctly. */
  readonly quality: number;
  /** Share of the questions that each model gets, length M. */
  readonly shares: readonly number[];
  /** Next to always asking the best single model; null where no question allows it. */
  readonly againstBest: AgainstBest | null;
}

/** A policy less the best single model, on the questions that this model was asked. */
export interface AgainstBest {
  readonly questions: number;
  /** Difference of accuracy, and its 95% interval. */
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  /** Cost of the policy as a share of the model's; null where the model is free. */
  readonly costShare: number | null;
}

/** What one model costs and achieves alone. */
export interface SinglePoint {
  readonly model: number;
  /** Test questions that it was asked. */
  readonly questions: number;
  readonly costUsd: number;
  readonly quality: number;
}

/** Accuracies on the test questions, forecast from answers to training questions. */
export interface Forecasts {
  /** How many abilities the forecaster's item response model has. */
  readonly abilities: number;
  /** What the intervals should hold, such as 0.95. */
  readonly confidence: number;
  /** How many of `compared` observed accuracies lie within their intervals. */
  readonly inside: number;
  /** Forecasts whose model was asked at least nine in ten of the benchmark's test questions. */
  readonly compared: number;
  /** One list a model, in the order of `models`. */
  readonly models: readonly (readonly BenchmarkLine[])[];
}

/** The forecast of one model on one benchmark. */
export interface BenchmarkLine {
  readonly benchmark: string;
  /** Test questions of the benchmark. */
  readonly questions: number;
  readonly accuracy: number;
  readonly lower: number;
  readonly upper: number;
  /** Answers to training questions of the benchmark that the forecast saw. */
  readonly answers: number;
  /** Share of right answers to its test questions; `null` where too few were asked. */
  readonly observed: number | null;
}

/** A test question with what was recorded. */
export interface ExampleQuestion {
  readonly benchmark: string;
  readonly prompt: string;
  /** 1 right, 0 wrong, `null` not asked; length M. */
  readonly labels: readonly (0 | 1 | null)[];
}
