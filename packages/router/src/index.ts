export type { RouteCandidate, RouteDecision } from './decision.js';
export {
  type ArtifactRouterOptions,
  type RouteEmbeddingOptions,
  type RouteOptions,
  Router,
  type RouterOptions,
} from './router.js';
