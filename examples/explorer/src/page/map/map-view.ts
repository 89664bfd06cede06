import type { FactorizationModel, ModelInfo } from '@embedllm/core';
import { principalComponents } from '@embedllm/probes';
import { element, svgElement } from '../dom/element.js';
import { followWidth } from '../dom/follow-width.js';
import { rovingFocus } from '../dom/roving-focus.js';
import type { FamilyMarks } from '../family-marks.js';
import { percent } from '../format.js';
import { nearestInDirection, type Point } from './nearest-in-direction.js';
import { placeLabels } from './place-labels.js';

const PADDING = { x: 26, top: 22, bottom: 42 };
/** Radii of the marks at P(correct) 0 and 1, and without a question. */
const RADIUS = { least: 3.5, most: 9.5, usual: 6.5 };
/** Of names on the map, a little more than system fonts take. */
const LETTER_WIDTH = { usual: 6.5, strong: 7.4 };
/** Targets this large can be hit with a finger. */
const TARGET_RADIUS = 13;

/** The models by the first two principal components of their embeddings. */
export class MapView {
  readonly element: HTMLElement;
  readonly #models: readonly ModelInfo[];
  readonly #marks: FamilyMarks;
  /** Coordinates in the space of the components. */
  readonly #coordinates: readonly Point[];
  readonly #explained: readonly number[];
  readonly #svg: SVGSVGElement = svgElement('svg', { class: 'map' });
  readonly #axes: SVGGElement = svgElement('g', { 'aria-hidden': 'true' });
  readonly #labels: SVGGElement = svgElement('g', { class: 'labels', 'aria-hidden': 'true' });
  readonly #points: readonly SVGGElement[];
  readonly #caption: HTMLElement = element('p', { class: 'map-caption', 'aria-hidden': 'true' });
  #width = 0;
  #selected = 0;
  #chosen: number | undefined;
  #pointed: number | undefined;
  #probabilities: readonly number[] | undefined;

  constructor(options: {
    readonly model: FactorizationModel;
    readonly models: readonly ModelInfo[];
    readonly marks: FamilyMarks;
    readonly onSelect: (model: string) => void;
  }) {
    const { model, models, marks, onSelect } = options;
    this.#models = models;
    this.#marks = marks;
    const { points, explained } = principalComponents({ model });
    this.#coordinates = points;
    this.#explained = explained;
    this.#points = models.map((info, index) => this.#makePoint(info, index));
    const listbox = svgElement(
      'g',
      {
        role: 'listbox',
        'aria-label': `Map of ${models.length} models; arrow keys move to the next model in that direction, letters to the next name`,
      },
      ...this.#points,
    );
    this.#svg.append(this.#axes, this.#labels, listbox);
    rovingFocus({
      container: listbox,
      items: () => this.#points,
      next: (key, from) => nearestInDirection(this.#places(), from, key),
      nameOf: (point) => models[this.#points.indexOf(point)]?.name ?? '',
      onSelect: (point) => onSelect(models[this.#points.indexOf(point)]?.name ?? ''),
    });
    const frame = element('div', { class: 'map-frame' }, this.#svg);
    this.element = element(
      'div',
      {},
      element('h2', { id: 'map-heading' }, 'Model map'),
      element(
        'p',
        { class: 'hint' },
        'Models that answer alike are close together. Colour and shape show the family; size shows the probability of answering your question correctly.',
      ),
      frame,
      this.#caption,
      this.#legend(),
    );
    followWidth(frame, (width) => {
      this.#width = width;
      this.#draw();
    });
  }

  select(name: string): void {
    this.#selected = this.#models.findIndex((model) => model.name === name);
    this.#points.forEach((point, index) => {
      const isSelected = index === this.#selected;
      point.setAttribute('aria-selected', String(isSelected));
      point.setAttribute('tabindex', isSelected ? '0' : '-1');
    });
    this.#draw();
  }

  show(probabilities: readonly number[] | undefined, chosen: number | undefined): void {
    this.#probabilities = probabilities;
    this.#chosen = chosen;
    this.#draw();
  }

  #makePoint(info: ModelInfo, index: number): SVGGElement {
    const point = svgElement(
      'g',
      { role: 'option', class: 'point', tabindex: -1, 'aria-selected': 'false' },
      svgElement('circle', { class: 'target', r: TARGET_RADIUS }),
      svgElement('circle', { class: 'ring' }),
      svgElement('path', { class: this.#marks.of(info).className }),
    );
    const pointAt = (pointed: number | undefined) => (): void => {
      this.#pointed = pointed;
      this.#drawLabels();
    };
    point.addEventListener('pointerenter', pointAt(index));
    point.addEventListener('pointerleave', pointAt(undefined));
    return point;
  }

  /** Each axis fills the frame; a common scale would squeeze the second into a strip. */
  #places(): Point[] {
    const height = this.#height;
    const scale = (values: number[], from: number, to: number): ((value: number) => number) => {
      const [least, most] = [Math.min(...values), Math.max(...values)];
      return (value) =>
        most > least ? from + ((value - least) / (most - least)) * (to - from) : (from + to) / 2;
    };
    const x = scale(
      this.#coordinates.map((point) => point.x),
      PADDING.x,
      this.#width - PADDING.x,
    );
    const y = scale(
      this.#coordinates.map((point) => point.y),
      height - PADDING.bottom,
      PADDING.top,
    );
    return this.#coordinates.map((point) => ({ x: x(point.x), y: y(point.y) }));
  }

  get #height(): number {
    return Math.round(Math.min(520, Math.max(320, 0.9 * this.#width)));
  }

  #radius(index: number): number {
    const probability = this.#probabilities?.[index];
    if (probability === undefined) return RADIUS.usual;
    return RADIUS.least + (RADIUS.most - RADIUS.least) * probability;
  }

  #ringRadius(index: number): number {
    return 1.45 * this.#radius(index) + 3;
  }

  #draw(): void {
    if (this.#width === 0) return;
    this.#svg.setAttribute('width', String(this.#width));
    this.#svg.setAttribute('height', String(this.#height));
    const places = this.#places();
    this.#points.forEach((point, index) => {
      const { x, y } = places[index] as Point;
      const info = this.#models[index] as ModelInfo;
      const r = this.#radius(index);
      point.setAttribute('transform', `translate(${x.toFixed(1)},${y.toFixed(1)})`);
      point.classList.toggle('chosen', index === this.#chosen);
      point.setAttribute('aria-label', this.#describe(index));
      point.querySelector('path')?.setAttribute('d', this.#marks.of(info).path(r));
      point.querySelector('.ring')?.setAttribute('r', this.#ringRadius(index).toFixed(1));
    });
    this.#drawAxes();
    this.#drawLabels();
  }

  #drawAxes(): void {
    const [width, height] = [this.#width, this.#height];
    const share = (component: number): string => percent(this.#explained[component] ?? 0, 0);
    const bottom = height - 20;
    this.#axes.replaceChildren(
      svgElement('rect', { class: 'map-ground', x: 0.5, y: 0.5, width: width - 1, height: bottom }),
      svgElement(
        'text',
        { class: 'tick', x: width / 2, y: height - 4, 'text-anchor': 'middle' },
        `→ 1st component (${share(0)} of variance)  ↑ 2nd (${share(1)})`,
      ),
    );
  }

  #drawLabels(): void {
    if (this.#width === 0) return;
    const places = this.#places();
    const first = [this.#pointed, this.#selected, this.#chosen].filter(
      (index) => index !== undefined,
    );
    const rest = [...places.keys()].sort(
      (a, b) => (this.#probabilities?.[b] ?? 0) - (this.#probabilities?.[a] ?? 0),
    );
    const order = [...new Set([...first, ...rest])].filter((index) => places[index]);
    const placed = placeLabels(
      order.map((index) => ({
        ...(places[index] as Point),
        r: first.includes(index) ? this.#ringRadius(index) + 2 : 1.3 * this.#radius(index),
        width:
          (this.#models[index]?.name.length ?? 0) *
          (first.includes(index) ? LETTER_WIDTH.strong : LETTER_WIDTH.usual),
      })),
      { width: this.#width, height: this.#height - 20 },
    );
    this.#labels.replaceChildren(
      ...order.flatMap((index, position) => {
        const label = placed[position];
        if (!label) return [];
        const { x, y, anchor } = label;
        const isStrong = first.includes(index);
        return [
          svgElement(
            'text',
            { x, y, 'text-anchor': anchor, class: isStrong ? 'strong' : '' },
            this.#models[index]?.name ?? '',
          ),
        ];
      }),
    );
    this.#caption.textContent = this.#describe(this.#pointed ?? this.#selected);
  }

  #describe(index: number): string {
    const model = this.#models[index];
    if (!model) return '';
    const probability = this.#probabilities?.[index];
    return [
      model.name,
      ...(model.family === undefined ? [] : [`family ${model.family}`]),
      ...(model.parametersBillion === undefined
        ? []
        : [`${model.parametersBillion} billion parameters`]),
      ...(probability === undefined ? [] : [`${percent(probability)} likely to be right`]),
      ...(index === this.#chosen ? ['the router’s choice'] : []),
    ].join(', ');
  }

  #legend(): HTMLElement {
    return element(
      'ul',
      { class: 'legend', 'aria-label': 'Families' },
      ...this.#marks.all.map((mark) => element('li', {}, this.#marks.icon(mark), mark.family)),
    );
  }
}
