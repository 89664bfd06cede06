/** A point of the plane, y downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const DIRECTIONS: Readonly<Record<string, Point>> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};
/** How much a step aside counts against a step ahead. */
const ASIDE = 2.5;

/**
 * Where a key leads from a point: an arrow to the nearest point within 45 degrees of its
 * direction, or else the nearest on that side; Home to the leftmost, End to the rightmost.
 */
export function nearestInDirection(
  points: readonly Point[],
  from: number,
  key: string,
): number | undefined {
  if (key === 'Home') return extreme(points, (point) => -point.x);
  if (key === 'End') return extreme(points, (point) => point.x);
  const direction = DIRECTIONS[key];
  const origin = points[from];
  if (!direction || !origin) return undefined;
  let best = from;
  let bestCost = Number.POSITIVE_INFINITY;
  points.forEach(({ x, y }, index) => {
    const [dx, dy] = [x - origin.x, y - origin.y];
    const ahead = dx * direction.x + dy * direction.y;
    if (index === from || ahead <= 0) return;
    const aside = Math.abs(dx * direction.y) + Math.abs(dy * direction.x);
    // Points straight ahead come first, however far those aside are.
    const cost = ahead + ASIDE * aside + (aside > ahead ? 1e6 : 0);
    if (cost < bestCost) [best, bestCost] = [index, cost];
  });
  return best;
}

function extreme(points: readonly Point[], by: (point: Point) => number): number {
  const values = points.map(by);
  return values.indexOf(Math.max(...values));
}
