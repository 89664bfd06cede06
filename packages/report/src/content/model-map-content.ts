/** A model on the map. */
export interface MappedModel {
  readonly name: string;
  readonly family?: string | undefined;
  readonly x: number;
  readonly y: number;
  /** The model that is most like it, and how far it is in all dimensions. */
  readonly nearest?: { readonly name: string; readonly distance: number } | undefined;
}

/** The pool in the plane. */
export interface ModelMapContent {
  readonly method: 'principal components';
  /** Shares of the variance along both components, from 0 to 1. */
  readonly explained?: readonly number[] | undefined;
  readonly models: readonly MappedModel[];
}
