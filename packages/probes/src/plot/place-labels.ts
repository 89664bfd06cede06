/** A point of a chart and the label that it would like, in pixels. */
export interface LabelledPoint {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Options of `placeLabels`, in pixels. */
export interface PlaceLabelsOptions {
  /** From the upper left corner of the frame; earlier ones are placed first, empty texts are not. */
  readonly points: readonly LabelledPoint[];
  /** Of the frame. */
  readonly width: number;
  readonly height: number;
  /** Of the letters. @default 9 */
  readonly fontSize?: number | undefined;
  /** Of the dots. @default 5 */
  readonly radius?: number | undefined;
}

/** Where a label goes. */
export interface LabelPlace {
  /** Whether the label starts right of its point or ends left of it. */
  readonly anchor: 'start' | 'end';
  /** How far the middle of the letters is below the point. */
  readonly dy: number;
}

/** Mean width of a letter as a part of the font size. */
const LETTER_WIDTH = 0.6;
const LINE_HEIGHT = 1.22;
/** Steps down and up as parts of the font size, in the order of trying. */
const SHIFTS = [0, 0.8, -0.8] as const;

/**
 * Where labels fit: right of their point or left of it, level with it or a little below or above,
 * or nowhere (`undefined`), so that none covers a dot, another label or an edge. Greedy: the
 * first free place is taken, in O(n²) comparisons.
 */
export function placeLabels(options: PlaceLabelsOptions): (LabelPlace | undefined)[] {
  const { points, width, height, fontSize = 9, radius = 5 } = options;
  const half = (LINE_HEIGHT * fontSize) / 2;
  const taken = points.map(({ x, y }) => ({
    left: x - radius,
    right: x + radius,
    top: y - radius,
    bottom: y + radius,
  }));
  return points.map(({ x, y, text }) => {
    if (text === '') return undefined;
    const length = LETTER_WIDTH * fontSize * text.length;
    for (const shift of SHIFTS) {
      for (const anchor of ['start', 'end'] as const) {
        const dy = shift * fontSize;
        const left = anchor === 'start' ? x + radius + 2 : x - radius - 2 - length;
        const box = { left, right: left + length, top: y + dy - half, bottom: y + dy + half };
        const isInside =
          box.left >= 0 && box.right <= width && box.top >= -half && box.bottom <= height + half;
        const isFree = taken.every(
          (other) =>
            box.left >= other.right ||
            other.left >= box.right ||
            box.top >= other.bottom ||
            other.top >= box.bottom,
        );
        if (!isInside || !isFree) continue;
        taken.push(box);
        return { anchor, dy };
      }
    }
    return undefined;
  });
}
