import type { CalibrationRecord } from '../calibration/calibration.js';
import type { ModelInfo } from '../dataset.js';
import type { FamiliarityRecord } from '../familiarity/familiarity.js';
import type { FactorizationModel } from '../model/factorization-model.js';

/** Which encoder the model's question embeddings came from. */
export interface EncoderRecord {
  /** `QuestionEncoder.id`. */
  readonly id: string;
  /** `QuestionEncoder.fingerprint`, or the id where the encoder has none. */
  readonly fingerprint: string;
  /** D, the length of a question embedding. */
  readonly dimensions: number;
  /** What a fitted encoder's `serialize` gave; left out for encoders that are not fitted. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** The files of a fitted encoder by plain name; kept under `encoder/` in the folder. */
  readonly files?: ReadonlyMap<string, Uint8Array> | undefined;
}

/** Something that limits what a training is worth. */
export interface TrainingWarning {
  /** Stable, for programs: `constant-labels`. */
  readonly code: string;
  /** A sentence or two for people. */
  readonly message: string;
}

/** How a model was trained. */
export interface TrainingRecord {
  /** Name of the solver, such as `direct`. */
  readonly solver: string;
  /** The solver's settings, as chosen. */
  readonly settings: Readonly<Record<string, unknown>>;
  /**
   * The model that is best on the training questions without looking at them; what a router falls
   * back on. Not recorded by artifacts of earlier releases.
   */
  readonly singleBest?: string | undefined;
  /** Identifies the training labels and embeddings. */
  readonly dataFingerprint: string;
  /** Numbers of training questions, models and labels. */
  readonly counts: {
    readonly questions: number;
    readonly models: number;
    readonly labels: number;
  };
  /** Warnings for users of the artifact. Artifacts of earlier releases have none. */
  readonly warnings?: readonly TrainingWarning[] | undefined;
}

/** Everything that `savePretrained` writes and `fromPretrained` reads back. */
export interface Artifact {
  readonly model: FactorizationModel;
  /** What is known about each model, in the order of `model.models`. */
  readonly models: readonly ModelInfo[];
  readonly encoder: EncoderRecord;
  readonly training: TrainingRecord;
  /** Figures measured when the model was trained, by a name that says the split: `test.auroc`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** How logits become calibrated probabilities: what `fitCalibration` found. */
  readonly calibration?: CalibrationRecord | undefined;
  /**
   * How familiar questions are, and what is known of the models without the text: what
   * `fitFamiliarity` found. Artifacts of earlier releases have none.
   */
  readonly familiarity?: FamiliarityRecord | undefined;
  /**
   * What was learned from answers since training: the state of a `Learner` of `@embedllm/router`, which
   * checks it. Without it, models that joined are taken for as firmly known as trained ones.
   */
  readonly learning?: Readonly<Record<string, unknown>> | undefined;
  /** Text of the model card (`README.md`); a short one is written when left out. */
  readonly modelCard?: string | undefined;
}
