/** What `compare` can fit. */
export const ESTIMATOR_NAMES = [
  'direct',
  'adam',
  'knn',
  'irt-1',
  'irt-2',
  'category-means',
  'model-means',
  'single-best',
  'random',
  'oracle',
] as const;
/** One of them. */
export type EstimatorName = (typeof ESTIMATOR_NAMES)[number];
