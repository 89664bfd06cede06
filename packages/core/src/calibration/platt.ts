/** Logits with their labels, each 0 or 1. */
export interface Answers {
  readonly logits: number[];
  readonly labels: number[];
}

/** Scale and offset of P = 1 / (1 + exp(-(scale z + offset))). */
interface Line {
  readonly scale: number;
  readonly offset: number;
}

/** [a, b, c] of the symmetric matrix [[a, b], [b, c]], for scale and offset. */
type Precision = readonly [scale: number, both: number, offset: number];

/** Below it, the order of logits would no longer show. */
const LEAST_SCALE = 0.01;

/**
 * Platt scaling (Platt 1999) of each model, drawn to that of all models together as if `pooling`
 * answers of the pool stood next to the model's own.
 */
export function fitPlatt(
  own: readonly Answers[],
  all: Answers,
  pooling: number,
): {
  readonly scales: readonly number[];
  readonly offsets: readonly number[];
  readonly pooledScale: number;
  readonly pooledOffset: number;
} {
  const pooled = fitLine(all, { scale: 1, offset: 0 }, [1e-3, 0, 1e-3]);
  const [a, b, c] = derivatives(all, pooled).curvature;
  const weight = pooling / all.labels.length;
  const prior: Precision = [1e-6 + weight * a, weight * b, 1e-6 + weight * c];
  const lines = own.map((answers) =>
    answers.labels.length > 0 ? fitLine(answers, pooled, prior) : pooled,
  );
  return {
    scales: lines.map(({ scale }) => scale),
    offsets: lines.map(({ offset }) => offset),
    pooledScale: pooled.scale,
    pooledOffset: pooled.offset,
  };
}

/**
 * The line that minimises log loss plus half of the squared distance to `centre` under `precision`:
 * convex, by Newton steps that are halved until the loss falls, with the scale kept above its least.
 */
function fitLine(answers: Answers, centre: Line, [pa, pb, pc]: Precision): Line {
  const objective = ({ scale, offset }: Line): number => {
    const [s, o] = [scale - centre.scale, offset - centre.offset];
    let sum = (pa * s * s + 2 * pb * s * o + pc * o * o) / 2;
    answers.logits.forEach((z, index) => {
      const x = (2 * answers.labels[index]! - 1) * (scale * z + offset);
      sum += Math.max(0, -x) + Math.log1p(Math.exp(-Math.abs(x)));
    });
    return sum;
  };
  let line = centre;
  let loss = objective(line);
  for (let step = 0; step < 100; step++) {
    const { gradient, curvature } = derivatives(answers, line);
    const [s, o] = [line.scale - centre.scale, line.offset - centre.offset];
    const gs = gradient[0] + pa * s + pb * o;
    const go = gradient[1] + pb * s + pc * o;
    const [a, b, c] = [curvature[0] + pa, curvature[1] + pb, curvature[2] + pc];
    // At the least scale and pushed further down, only the offset moves.
    const isHeld = line.scale <= LEAST_SCALE && gs > 0;
    const determinant = a * c - b * b;
    const ds = isHeld ? 0 : (c * gs - b * go) / determinant;
    const dO = isHeld ? go / c : (a * go - b * gs) / determinant;
    let next = line;
    for (let size = 1; size > 1e-6; size /= 2) {
      const tried = {
        scale: Math.max(LEAST_SCALE, line.scale - size * ds),
        offset: line.offset - size * dO,
      };
      const triedLoss = objective(tried);
      if (triedLoss >= loss) continue;
      next = tried;
      loss = triedLoss;
      break;
    }
    const moved = Math.abs(next.scale - line.scale) + Math.abs(next.offset - line.offset);
    line = next;
    if (moved < 1e-9) return line;
  }
  return line;
}

/** First and second derivatives of the summed log loss by scale and offset. */
function derivatives(
  { logits, labels }: Answers,
  { scale, offset }: Line,
): { gradient: readonly [number, number]; curvature: Precision } {
  const gradient: [number, number] = [0, 0];
  const curvature: [number, number, number] = [0, 0, 0];
  logits.forEach((z, index) => {
    const p = 1 / (1 + Math.exp(-(scale * z + offset)));
    const error = p - labels[index]!;
    const weight = p * (1 - p);
    gradient[0] += error * z;
    gradient[1] += error;
    curvature[0] += weight * z * z;
    curvature[1] += weight * z;
    curvature[2] += weight;
  });
  return { gradient, curvature };
}
