/** A point that wants its name next to it. */
export interface LabelRequest {
  readonly x: number;
  readonly y: number;
  /** Radius of its mark. */
  readonly r: number;
  /** Of its name, in the units of x. */
  readonly width: number;
}

/** Where a name goes. */
export interface PlacedLabel {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end' | 'middle';
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const LINE_HEIGHT = 14;
const GAP = 3;

/**
 * Places names right, left, above or below of their points, where they run over no mark, no other
 * name and not out of the frame; the first requests choose first.
 *
 * @returns one entry a request, `undefined` where there is no room.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  frame: { readonly width: number; readonly height: number },
): (PlacedLabel | undefined)[] {
  const taken: Box[] = requests.map(({ x, y, r }) => box(x - r, y - r, 2 * r, 2 * r));
  return requests.map((request, own) => {
    for (const { label, area } of candidates(request)) {
      const isInside =
        area.left >= 0 && area.right <= frame.width && area.top >= 0 && area.bottom <= frame.height;
      if (!isInside || taken.some((other, index) => index !== own && overlap(area, other)))
        continue;
      taken.push(area);
      return label;
    }
    return undefined;
  });
}

function candidates({ x, y, r, width }: LabelRequest): { label: PlacedLabel; area: Box }[] {
  const side = r + GAP;
  const middle = y - LINE_HEIGHT / 2;
  return [
    {
      label: { x: x + side, y: y + 4, anchor: 'start' },
      area: box(x + side, middle, width, LINE_HEIGHT),
    },
    {
      label: { x: x - side, y: y + 4, anchor: 'end' },
      area: box(x - side - width, middle, width, LINE_HEIGHT),
    },
    {
      label: { x, y: y - side - 2, anchor: 'middle' },
      area: box(x - width / 2, y - side - LINE_HEIGHT, width, LINE_HEIGHT),
    },
    {
      label: { x, y: y + side + 10, anchor: 'middle' },
      area: box(x - width / 2, y + side, width, LINE_HEIGHT),
    },
  ];
}

function box(left: number, top: number, width: number, height: number): Box {
  return { left, right: left + width, top, bottom: top + height };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
