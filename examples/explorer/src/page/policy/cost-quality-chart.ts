import type { ModelInfo } from '@embedllm/core';
import type { CostQuality, SinglePoint } from '../../explorer-data.js';
import { svgElement } from '../dom/element.js';
import { followWidth } from '../dom/follow-width.js';
import type { FamilyMarks } from '../family-marks.js';
import { percent, usdPerThousand } from '../format.js';
import { logTicks, shareTicks } from './ticks.js';

const HEIGHT = 250;
/** Models that were asked less are not drawn: their questions may be the easy ones. */
const ASKED_SHARE = 0.95;
const MARGIN = { top: 12, right: 14, bottom: 36, left: 44 };

/** Cost and accuracy of the policies, as a curve, and of single models, as their marks. */
export class CostQualityChart {
  readonly element: SVGSVGElement = svgElement('svg', { class: 'chart', role: 'img' });
  readonly #options: ChartOptions;
  readonly #singles: readonly SinglePoint[];
  #width = 0;
  #stop = 0;

  constructor(options: ChartOptions) {
    this.#options = options;
    const { costQuality, models } = options;
    this.#singles = costQuality.singles.filter(
      ({ questions }) => questions >= ASKED_SHARE * costQuality.questions,
    );
    const best = models[costQuality.bestSingle]?.name;
    this.element.setAttribute(
      'aria-label',
      `Cost and accuracy of ${costQuality.points.length} policies and of ${this.#singles.length} single models, of which ${best} is the best. The table below has the same figures.`,
    );
    this.element.addEventListener('click', (event) => this.#pick(event));
  }

  /** To be called once the chart's frame is in the page. */
  follow(frame: Element): void {
    followWidth(frame, (width) => {
      this.#width = width;
      this.#draw();
    });
  }

  show(stop: number): void {
    this.#stop = stop;
    this.#draw();
  }

  #scales(): Scales {
    const { points } = this.#options.costQuality;
    const all = [...points, ...this.#singles];
    const costs = all.map(({ costUsd }) => costUsd).filter((cost) => cost > 0);
    const low = Math.log10(Math.min(...costs)) - 0.05;
    const high = Math.log10(Math.max(...costs)) + 0.05;
    const least = Math.max(0, Math.min(...all.map(({ quality }) => quality)) - 0.03);
    const most = Math.min(1, Math.max(...all.map(({ quality }) => quality)) + 0.03);
    const inner = this.#width - MARGIN.left - MARGIN.right;
    return {
      costs: [10 ** low, 10 ** high],
      qualities: [least, most],
      // What costs nothing stands at the left edge.
      x: (cost) =>
        MARGIN.left + inner * (cost > 0 ? (Math.log10(cost) - low) / (high - low || 1) : 0),
      y: (quality) =>
        MARGIN.top +
        ((most - quality) / (most - least || 1)) * (HEIGHT - MARGIN.top - MARGIN.bottom),
    };
  }

  #draw(): void {
    if (this.#width === 0) return;
    const { costQuality, models, marks } = this.#options;
    const scales = this.#scales();
    const { x, y } = scales;
    const place = ({ costUsd, quality }: { costUsd: number; quality: number }): string =>
      `${x(costUsd).toFixed(1)},${y(quality).toFixed(1)}`;
    const singles = this.#singles.map((single) => {
      const model = models[single.model] as ModelInfo;
      const mark = marks.of(model);
      return svgElement(
        'path',
        {
          class: `single ${mark.className}`,
          d: mark.path(4.2),
          transform: `translate(${place(single)})`,
        },
        svgElement(
          'title',
          {},
          `${model.name}: ${percent(single.quality)}, ${usdPerThousand(single.costUsd)} per 1,000`,
        ),
      );
    });
    const curve = svgElement('polyline', {
      class: 'curve',
      points: costQuality.points.map(place).join(' '),
    });
    const stops = costQuality.points.map((point) =>
      svgElement('circle', { class: 'stop', r: 2.5, transform: `translate(${place(point)})` }),
    );
    const current = costQuality.points[this.#stop];
    this.element.setAttribute('width', String(this.#width));
    this.element.setAttribute('height', String(HEIGHT));
    this.element.replaceChildren(
      ...this.#axes(scales),
      ...singles,
      curve,
      ...stops,
      ...(current
        ? [
            svgElement('circle', {
              class: 'current',
              r: 7,
              transform: `translate(${place(current)})`,
            }),
          ]
        : []),
    );
  }

  #axes({ costs, qualities, x, y }: Scales): SVGElement[] {
    const bottom = HEIGHT - MARGIN.bottom;
    const right = this.#width - MARGIN.right;
    const lines = shareTicks(...qualities).flatMap((quality) => [
      svgElement('line', {
        class: 'grid',
        x1: MARGIN.left,
        x2: right,
        y1: y(quality),
        y2: y(quality),
      }),
      svgElement(
        'text',
        { class: 'tick', x: MARGIN.left - 6, y: y(quality) + 4, 'text-anchor': 'end' },
        percent(quality, 0),
      ),
    ]);
    const cents = logTicks(costs[0], costs[1], this.#width / 90).map((cost) =>
      svgElement(
        'text',
        { class: 'tick', x: x(cost), y: bottom + 16, 'text-anchor': 'middle' },
        usdPerThousand(cost),
      ),
    );
    const label = svgElement(
      'text',
      { class: 'tick', x: (MARGIN.left + right) / 2, y: HEIGHT - 4, 'text-anchor': 'middle' },
      'dollars per 1,000 questions (logarithmic)',
    );
    const base = svgElement('line', {
      class: 'axis',
      x1: MARGIN.left,
      x2: right,
      y1: bottom,
      y2: bottom,
    });
    return [...lines, base, ...cents, label];
  }

  /** The stop nearest to where the chart was clicked. */
  #pick(event: MouseEvent): void {
    const { x, y } = this.#scales();
    const box = this.element.getBoundingClientRect();
    const distances = this.#options.costQuality.points.map(({ costUsd, quality }) =>
      Math.hypot(x(costUsd) - (event.clientX - box.left), y(quality) - (event.clientY - box.top)),
    );
    const nearest = Math.min(...distances);
    if (nearest < 30) this.#options.onStop(distances.indexOf(nearest));
  }
}

interface ChartOptions {
  readonly costQuality: CostQuality;
  readonly models: readonly ModelInfo[];
  readonly marks: FamilyMarks;
  readonly onStop: (stop: number) => void;
}

interface Scales {
  readonly costs: readonly [number, number];
  readonly qualities: readonly [number, number];
  readonly x: (costUsd: number) => number;
  readonly y: (quality: number) => number;
}
