import type { EngineKind, TrainDirectOptions } from '@embedllm/trainer';

/** Settings of the direct solver that are the same in all trainings of a sweep. */
export type SweepSettings = Pick<
  TrainDirectOptions,
  'ridges' | 'poolings' | 'ranks' | 'tolerance' | 'maxIterations'
>;

/** One step of a sweep. What it reads and writes are objects of `packObject`. */
export type SweepJob =
  | {
      readonly kind: 'train';
      /** Keys of labelled sets. */
      readonly train: string;
      readonly validation: string | undefined;
      readonly settings: SweepSettings;
      readonly engine: EngineKind;
      readonly output: string;
    }
  | {
      readonly kind: 'fold';
      /** Key of a `FoldPool`. */
      readonly pool: string;
      /** Key of a `Fold`. */
      readonly fold: string;
      readonly output: string;
    };
