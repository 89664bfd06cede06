import type { CategoryIndicators, FactorizationModel, TrainingRecord } from '@embedllm/core';
import type { CategorizedSet } from '@embedllm/trainer';

/** What a solver is given. */
export interface Problem {
  readonly train: CategorizedSet;
  readonly validation: CategorizedSet | undefined;
  /** Folder that the artifact will be in. */
  readonly output: string;
}

/** A trained model, and how it came about. */
export interface Solution {
  readonly model: FactorizationModel;
  /** Makes the vectors that the model takes, where it was trained with categories. */
  readonly indicators?: CategoryIndicators | undefined;
  /** Tells the categories of training apart, where they were looked at. */
  readonly kinds?: CategoryIndicators | undefined;
  readonly record: TrainingRecord;
  /** Name of what computed it. */
  readonly engine: string;
  readonly seconds: number;
  readonly chosen: Readonly<Record<string, unknown>>;
  /** One line for people. */
  readonly description: string;
  /** Clears up once the artifact is saved. */
  readonly finish?: (() => Promise<void>) | undefined;
}
