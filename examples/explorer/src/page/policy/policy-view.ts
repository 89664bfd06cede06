import type { ModelInfo } from '@embedllm/core';
import type { CostQuality, PolicyPoint } from '../../explorer-data.js';
import { element } from '../dom/element.js';
import type { FamilyMarks } from '../family-marks.js';
import { percent, plainNumber, usdPerThousand } from '../format.js';
import { CostQualityChart } from './cost-quality-chart.js';

/** Models that the traffic lists by name. */
const MOST_NAMED = 8;

/** What `PolicyView` takes. */
export interface PolicyViewOptions {
  readonly costQuality: CostQuality;
  readonly models: readonly ModelInfo[];
  readonly marks: FamilyMarks;
  /** Called with the slider's stop, an index of the policies. */
  readonly onStop: (stop: number) => void;
}

/** The slider between cheap and good, what a policy costs and achieves, and who gets the traffic. */
export class PolicyView {
  readonly element: HTMLElement;
  readonly #options: PolicyViewOptions;
  readonly #slider: HTMLInputElement;
  readonly #chart: CostQualityChart;
  readonly #figures: HTMLElement = element('div', { class: 'figures' });
  readonly #traffic: HTMLUListElement = element('ul', {
    class: 'traffic',
    'aria-labelledby': 'traffic-heading',
  });

  constructor(options: PolicyViewOptions) {
    this.#options = options;
    const { costQuality } = options;
    this.#chart = new CostQualityChart({ ...options, onStop: (stop) => this.#choose(stop) });
    this.#slider = element('input', {
      id: 'policy',
      type: 'range',
      min: 0,
      max: costQuality.points.length - 1,
      step: 1,
    });
    this.#slider.addEventListener('input', () => this.#choose(Number(this.#slider.value)));
    const frame = element('div', { class: 'chart-frame' }, this.#chart.element);
    this.element = element(
      'section',
      { class: 'card', 'aria-labelledby': 'policy-heading' },
      element('h2', { id: 'policy-heading' }, 'Cost or quality'),
      element('label', { for: 'policy', class: 'hidden' }, 'Policy, from cheapest to best'),
      this.#slider,
      element(
        'div',
        { class: 'ends', 'aria-hidden': 'true' },
        element('span', {}, 'cheapest'),
        element('span', {}, 'best'),
      ),
      this.#figures,
      frame,
      element('h3', { id: 'traffic-heading' }, 'Which models get the traffic'),
      this.#traffic,
      pointTable(costQuality.points),
      element(
        'p',
        { class: 'hint' },
        `Each policy takes the largest P(correct) − λ × dollars; the policies were chosen on validation questions, and the figures are from ${plainNumber(costQuality.questions)} test questions. A cost is a model’s list price times its usual answer length. Marks are single models that were asked at least 90% of the questions.`,
      ),
    );
    this.#chart.follow(frame);
  }

  show(stop: number): void {
    const { costQuality, models, marks } = this.#options;
    const point = costQuality.points[stop];
    if (!point) return;
    this.#slider.value = String(stop);
    this.#slider.setAttribute(
      'aria-valuetext',
      `${percent(point.quality)} correct at ${usdPerThousand(point.costUsd)} per 1,000 questions`,
    );
    this.#chart.show(stop);
    const deviation = Math.sqrt((point.quality * (1 - point.quality)) / costQuality.questions);
    this.#figures.replaceChildren(
      figure(percent(point.quality), `answered correctly (± ${percent(deviation)} standard error)`),
      figure(usdPerThousand(point.costUsd), 'per 1,000 questions'),
      ...this.#comparison(point),
    );
    const shares = point.shares
      .map((share, index) => ({ share, model: models[index] as ModelInfo }))
      .filter(({ share }) => share > 0)
      .sort((a, b) => b.share - a.share);
    const named = shares.slice(0, MOST_NAMED);
    const rest = shares.slice(MOST_NAMED);
    this.#traffic.replaceChildren(
      ...named.map(({ share, model }) =>
        trafficLine(
          [marks.icon(marks.of(model)), element('span', { class: 'name' }, model.name)],
          share,
        ),
      ),
      ...(rest.length > 0
        ? [
            trafficLine(
              [element('span', { class: 'name' }, `${rest.length} more`)],
              rest.reduce((sum, { share }) => sum + share, 0),
            ),
          ]
        : []),
    );
  }

  #choose(stop: number): void {
    this.show(stop);
    this.#options.onStop(stop);
  }

  #comparison(point: PolicyPoint): HTMLElement[] {
    const { costQuality, models } = this.#options;
    const best = models[costQuality.bestSingle]?.name;
    if (!point.againstBest || best === undefined) return [];
    const { mean, lower, upper, costShare, questions } = point.againstBest;
    const cost = costShare === null ? '' : ` at ${percent(costShare, 0)} of its cost`;
    const verdict = lower > 0 ? 'better than' : upper < 0 ? 'worse than' : 'no better than';
    return [
      figure(
        `${points(mean)} points`,
        `[${points(lower)}, ${points(upper)}]: ${verdict} ${best}, the best single model${cost} (95% interval, ${questions} questions)`,
      ),
    ];
  }
}

function points(share: number): string {
  const text = Math.abs(100 * share).toFixed(1);
  return Number(text) === 0 ? text : `${share > 0 ? '+' : '−'}${text}`;
}

function figure(value: string, caption: string): HTMLElement {
  return element('p', { class: 'figure' }, element('strong', {}, value), ` ${caption}`);
}

function trafficLine(head: Node[], share: number): HTMLLIElement {
  const bar = element('span', { class: 'bar' });
  bar.style.width = `${100 * share}%`;
  return element(
    'li',
    {},
    ...head,
    ' ',
    element('span', { class: 'value' }, percent(share, 0)),
    element('span', { class: 'track', 'aria-hidden': 'true' }, bar),
  );
}

function pointTable(points: readonly PolicyPoint[]): HTMLElement {
  const head = ['λ per dollar', 'Correct', 'Per 1,000'];
  return element(
    'details',
    {},
    element('summary', {}, 'Show the curve as a table'),
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text))),
      ),
      element(
        'tbody',
        {},
        ...points.map(({ lambda, quality, costUsd }) =>
          element(
            'tr',
            {},
            element('td', {}, plainNumber(lambda)),
            element('td', {}, percent(quality)),
            element('td', {}, usdPerThousand(costUsd)),
          ),
        ),
      ),
    ),
  );
}
