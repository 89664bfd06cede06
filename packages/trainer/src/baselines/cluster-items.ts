/** Answers of each model to the questions of each cluster; row-major [clusters, M]. */
export interface ClusterCounts {
  readonly clusters: number;
  readonly models: number;
  readonly answered: Float64Array;
  readonly correct: Float64Array;
}

/** P(correct) = sigmoid(discrimination_c * ability_m + easiness_c). */
export interface ClusterItems {
  /** Length M; standard normal a priori. */
  readonly ability: Float64Array;
  /** Length clusters; -difficulty times discrimination. */
  readonly easiness: Float64Array;
  /** Length clusters; all 1 in the one-parameter model. */
  readonly discrimination: Float64Array;
}

/** Prior standard deviations; abilities have 1. */
const EASINESS_SPREAD = 2;
const DISCRIMINATION_SPREAD = 0.5;
const TOLERANCE = 1e-6;
const MAX_ROUNDS = 500;

/**
 * Fits an item response model with clusters of questions as the items: one parameter (Rasch 1960)
 * or two (Birnbaum 1968), by the joint mode of the posterior. Priors: abilities N(0, 1), easiness
 * N(0, 2²), discrimination N(1, 0.5²). Alternates Newton steps, each on a convex problem of one or
 * two unknowns, until nothing moves by more than 1e-6.
 */
export function fitClusterItems(counts: ClusterCounts, parameters: 1 | 2): ClusterItems {
  const { clusters: C, models: M, answered, correct } = counts;
  const ability = new Float64Array(M);
  const easiness = new Float64Array(C);
  const discrimination = new Float64Array(C).fill(1);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let moved = 0;
    for (let cluster = 0; cluster < C; cluster++) {
      const a = discrimination[cluster]!;
      const e = easiness[cluster]!;
      // Gradient and curvature of the negative log posterior by easiness and discrimination.
      let byE = e / EASINESS_SPREAD ** 2;
      let byA = (a - 1) / DISCRIMINATION_SPREAD ** 2;
      let ee = 1 / EASINESS_SPREAD ** 2;
      let aa = 1 / DISCRIMINATION_SPREAD ** 2;
      let ea = 0;
      for (let model = 0; model < M; model++) {
        const index = cluster * M + model;
        const theta = ability[model]!;
        const p = sigmoid(a * theta + e);
        const residual = answered[index]! * p - correct[index]!;
        const weight = answered[index]! * p * (1 - p);
        byE += residual;
        byA += residual * theta;
        ee += weight;
        ea += weight * theta;
        aa += weight * theta * theta;
      }
      const determinant = ee * aa - ea * ea;
      const stepE = parameters === 1 ? byE / ee : (aa * byE - ea * byA) / determinant;
      const stepA = parameters === 1 ? 0 : (ee * byA - ea * byE) / determinant;
      const scale = damping(Math.max(Math.abs(stepE), Math.abs(stepA)));
      easiness[cluster] = e - scale * stepE;
      discrimination[cluster] = a - scale * stepA;
      moved = Math.max(moved, Math.abs(stepE), Math.abs(stepA));
    }
    for (let model = 0; model < M; model++) {
      const theta = ability[model]!;
      let gradient = theta;
      let curvature = 1;
      for (let cluster = 0; cluster < C; cluster++) {
        const index = cluster * M + model;
        const a = discrimination[cluster]!;
        const p = sigmoid(a * theta + easiness[cluster]!);
        gradient += a * (answered[index]! * p - correct[index]!);
        curvature += a * a * answered[index]! * p * (1 - p);
      }
      const step = gradient / curvature;
      ability[model] = theta - damping(Math.abs(step)) * step;
      moved = Math.max(moved, Math.abs(step));
    }
    if (moved < TOLERANCE) break;
  }
  return { ability, easiness, discrimination };
}

/** Newton steps far from the solution may overshoot where the sigmoid is flat. */
function damping(step: number): number {
  return step > 1 ? 1 / step : 1;
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
