import type { ModelInfo } from '@embedllm/core';
import { element } from '../dom/element.js';
import { alongList, rovingFocus } from '../dom/roving-focus.js';
import { slideInto } from '../dom/slide-into.js';
import type { FamilyMarks } from '../family-marks.js';
import { percent } from '../format.js';

/** What the ranking shows. */
export interface RankingState {
  /** P(correct) of each model; `undefined` without a question. */
  readonly probabilities: readonly number[] | undefined;
  /** Index of the router's choice. */
  readonly chosen: number | undefined;
  /** Recorded answers to the question, where there are any. */
  readonly labels: readonly (0 | 1 | null)[] | undefined;
}

interface Row {
  readonly item: HTMLLIElement;
  readonly bar: HTMLElement;
  readonly value: HTMLDataElement;
  readonly record: HTMLElement;
}

/** All models, the most likely to be right first. */
export class RankingView {
  readonly element: HTMLElement;
  readonly #list: HTMLUListElement;
  readonly #models: readonly ModelInfo[];
  readonly #rows: readonly Row[];

  constructor(options: {
    readonly models: readonly ModelInfo[];
    readonly marks: FamilyMarks;
    readonly onSelect: (model: string) => void;
  }) {
    const { models, marks, onSelect } = options;
    this.#models = models;
    this.#rows = models.map((model) => makeRow(model, marks));
    this.#list = element(
      'ul',
      { class: 'ranking', role: 'listbox', 'aria-labelledby': 'ranking-heading' },
      ...this.#rows.map(({ item }) => item),
    );
    this.element = element(
      'section',
      { class: 'card', 'aria-labelledby': 'ranking-heading' },
      element('h2', { id: 'ranking-heading' }, 'Which models would answer it correctly'),
      element(
        'p',
        { class: 'hint' },
        `Predicted probability of a correct answer for each of ${models.length} models. No model is called. Select one for details.`,
      ),
      this.#list,
    );
    const items = (): HTMLLIElement[] => [...this.#list.querySelectorAll('li')];
    rovingFocus({
      container: this.#list,
      items,
      next: (key, from) => alongList(key, from, models.length),
      nameOf: (item) => item.dataset.model ?? '',
      onSelect: (item) => onSelect(item.dataset.model ?? ''),
    });
  }

  select(name: string): void {
    this.#models.forEach((model, index) => {
      const item = this.#rows[index]?.item;
      const isSelected = model.name === name;
      item?.setAttribute('aria-selected', String(isSelected));
      if (item) item.tabIndex = isSelected ? 0 : -1;
    });
  }

  show({ probabilities, chosen, labels }: RankingState): void {
    this.#rows.forEach(({ item, bar, value, record }, index) => {
      const probability = probabilities?.[index];
      bar.style.width = `${100 * (probability ?? 0)}%`;
      value.value = probability === undefined ? '' : String(probability);
      value.textContent = probability === undefined ? '–' : percent(probability);
      item.classList.toggle('chosen', index === chosen);
      const label = labels?.[index];
      record.className = `record ${label === 1 ? 'right' : label === 0 ? 'wrong' : ''}`;
      record.replaceChildren(...recordMark(label));
    });
    if (!probabilities) return;
    const order = [...probabilities.keys()].sort(
      (a, b) => (probabilities[b] as number) - (probabilities[a] as number) || a - b,
    );
    slideInto(
      this.#list,
      order.map((index) => (this.#rows[index] as Row).item),
    );
  }
}

function makeRow(model: ModelInfo, marks: FamilyMarks): Row {
  const bar = element('span', { class: 'bar' });
  const value = element('data', {}, '–');
  const record = element('span', { class: 'record' });
  const item = element(
    'li',
    { role: 'option', 'aria-selected': 'false', tabindex: -1, 'data-model': model.name },
    marks.icon(marks.of(model)),
    element('span', { class: 'name', title: model.name }, model.name),
    ' ',
    record,
    ' ',
    value,
    element('span', { class: 'track', 'aria-hidden': 'true' }, bar),
  );
  return { item, bar, value, record };
}

function recordMark(label: 0 | 1 | null | undefined): Node[] {
  if (label === undefined) return [];
  const [sign, words] =
    label === null
      ? ['·', 'not asked']
      : label === 1
        ? ['✓', 'answered correctly,']
        : ['✗', 'answered wrongly,'];
  return [
    element('span', { 'aria-hidden': 'true', title: words.replace(',', '') }, sign),
    element('span', { class: 'hidden' }, words),
  ];
}
