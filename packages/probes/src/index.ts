export {
  type FamilyCloseness,
  type FamilyClosenessOptions,
  familyCloseness,
} from './family-closeness.js';
export type { DistanceMetric, EmbeddingSource } from './model-directions.js';
export {
  type ModelDistances,
  type ModelDistancesOptions,
  modelDistances,
} from './model-distances.js';
export { type ModelNeighbour, type NearestModelsOptions, nearestModels } from './nearest-models.js';
