import type { ModelInfo } from '@embedllm/core';
import { svgElement } from './dom/element.js';

/** As many as the style sheet has; coprime, so that 56 families differ. */
const COLORS = 8;

/** Outlines around the origin, of about equal area at r = 1. */
const SHAPES: readonly (readonly (readonly [x: number, y: number])[])[] = [
  regular(24, 1, 0),
  regular(4, 1.25, Math.PI / 4),
  regular(3, 1.45, -Math.PI / 2),
  regular(4, 1.3, 0),
  regular(3, 1.45, Math.PI / 2),
  plus(1.3, 0.45),
  star(1.5, 0.68),
];

/** How the models of a family are drawn. */
export interface FamilyMark {
  readonly family: string;
  /** Sets the colour. */
  readonly className: string;
  /** Path data of the family's shape with the area of a circle of radius r. */
  path(r: number): string;
}

/** One mark a family, by both colour and shape, in alphabetical order; models without come last. */
export class FamilyMarks {
  readonly #marks: ReadonlyMap<string, FamilyMark>;

  constructor(models: readonly ModelInfo[]) {
    const families = [...new Set(models.map(familyOf))].sort(
      (a, b) => Number(a === OTHER) - Number(b === OTHER) || a.localeCompare(b, 'en'),
    );
    this.#marks = new Map(
      families.map((family, index) => [
        family,
        {
          family,
          className: `family-${index % COLORS}`,
          path: (r) => outline(SHAPES[index % SHAPES.length] ?? [], r),
        },
      ]),
    );
  }

  /** All marks, for a legend. */
  get all(): readonly FamilyMark[] {
    return [...this.#marks.values()];
  }

  of(model: ModelInfo): FamilyMark {
    const mark = this.#marks.get(familyOf(model));
    if (!mark) throw new Error(`There is no mark for ${model.name}.`);
    return mark;
  }

  /** A small picture of a mark, for text. */
  icon(mark: FamilyMark): SVGSVGElement {
    return svgElement(
      'svg',
      { class: `mark ${mark.className}`, viewBox: '-9 -9 18 18', 'aria-hidden': 'true' },
      svgElement('path', { d: mark.path(5.5) }),
    );
  }
}

const OTHER = 'other';

function familyOf(model: ModelInfo): string {
  return model.family ?? OTHER;
}

function outline(points: readonly (readonly [number, number])[], r: number): string {
  return `M${points.map(([x, y]) => `${(r * x).toFixed(2)},${(r * y).toFixed(2)}`).join('L')}Z`;
}

function regular(corners: number, r: number, turn: number): [number, number][] {
  return Array.from({ length: corners }, (_, index) => {
    const angle = turn + (2 * Math.PI * index) / corners;
    return [r * Math.cos(angle), r * Math.sin(angle)];
  });
}

function star(outer: number, inner: number): [number, number][] {
  return Array.from({ length: 10 }, (_, index) => {
    const angle = -Math.PI / 2 + (Math.PI * index) / 5;
    const r = index % 2 === 0 ? outer : inner;
    return [r * Math.cos(angle), r * Math.sin(angle)];
  });
}

function plus(a: number, b: number): [number, number][] {
  const quarter: [number, number][] = [
    [b, -a],
    [b, -b],
    [a, -b],
  ];
  const turned = (times: number): [number, number][] =>
    quarter.map(([x, y]) => {
      let point: [number, number] = [x, y];
      for (let turn = 0; turn < times; turn++) point = [-point[1], point[0]];
      return point;
    });
  return [0, 1, 2, 3].flatMap(turned);
}
