import type { FactorizationModel, ModelInfo } from '@embedllm/core';
import { nearestModels } from '@embedllm/probes';
import type { ExplorerData } from '../../explorer-data.js';
import { element } from '../dom/element.js';
import type { FamilyMarks } from '../family-marks.js';
import { percent, plainNumber, usdPerThousand } from '../format.js';
import { forecastTable } from './forecast-table.js';

const NEIGHBOURS = 5;

/** One model: what is known, who is like it, and how it is forecast to do. */
export class ModelView {
  readonly element: HTMLElement = element('div', { class: 'model' });
  readonly #options: ModelViewOptions;

  constructor(options: ModelViewOptions) {
    this.#options = options;
  }

  show(name: string): void {
    const { models, marks, data } = this.#options;
    const index = models.findIndex((model) => model.name === name);
    const model = models[index];
    const lines = data.forecasts.models[index];
    if (!model || !lines) return;
    this.element.replaceChildren(
      element('h3', { class: 'model-name' }, marks.icon(marks.of(model)), model.name),
      this.#facts(model, index),
      element('h4', { id: 'neighbours-heading' }, 'Most similar answers'),
      this.#neighbours(name),
      element('h4', { id: 'forecast-heading' }, 'Benchmark forecasts'),
      forecastTable(lines, data.forecasts.confidence),
      element('p', { class: 'hint' }, this.#provenance()),
    );
  }

  #facts(model: ModelInfo, index: number): HTMLElement {
    const { costQuality } = this.#options.data;
    const single = costQuality?.singles.find((point) => point.model === index);
    const price = model.pricePerMillionOutputTokens;
    const facts: [string, string | undefined][] = [
      ['Family', model.family],
      [
        'Parameters',
        model.parametersBillion === undefined
          ? undefined
          : `${plainNumber(model.parametersBillion)} billion`,
      ],
      ['List price', price === undefined ? undefined : `$${price} per million output tokens`],
      ['Usual cost', single && `${usdPerThousand(single.costUsd)} per 1,000 questions`],
      [
        'Accuracy',
        single && `${percent(single.quality)} of ${plainNumber(single.questions)} test questions`,
      ],
    ];
    return element(
      'dl',
      {},
      ...facts.flatMap(([term, value]) =>
        value === undefined ? [] : [element('dt', {}, term), element('dd', {}, value)],
      ),
    );
  }

  #neighbours(name: string): HTMLElement {
    const { model, models, marks, onSelect } = this.#options;
    if (models.length < 2) return element('p', { class: 'hint' }, 'There are no other models.');
    const nearest = nearestModels({ model, name, count: NEIGHBOURS });
    return element(
      'ol',
      { class: 'neighbours', 'aria-labelledby': 'neighbours-heading' },
      ...nearest.map((neighbour) => {
        const info = models.find((other) => other.name === neighbour.name);
        const button = element(
          'button',
          { type: 'button' },
          ...(info ? [marks.icon(marks.of(info))] : []),
          neighbour.name,
        );
        button.title = `Cosine distance ${neighbour.distance.toFixed(3)}`;
        button.addEventListener('click', () => onSelect(neighbour.name));
        return element('li', {}, button);
      }),
    );
  }

  #provenance(): string {
    const { abilities, inside, compared, confidence } = this.#options.data.forecasts;
    const model = `an item response model of ${abilities} ${abilities === 1 ? 'ability' : 'abilities'}`;
    return `Forecast of the accuracy on test questions from answers to training questions, by ${model}. The dot and line are the forecast and its ${percent(confidence, 0)} interval; the tick is the observed accuracy. Over all models, ${inside} of ${compared} observed accuracies lie within their intervals.`;
  }
}

interface ModelViewOptions {
  readonly model: FactorizationModel;
  readonly models: readonly ModelInfo[];
  readonly marks: FamilyMarks;
  readonly data: ExplorerData;
  readonly onSelect: (model: string) => void;
}
