import type { BenchmarkLine } from '../../explorer-data.js';
import { element } from '../dom/element.js';
import { percent } from '../format.js';

/** Forecasts of one model as a table, each with a picture of its interval. */
export function forecastTable(lines: readonly BenchmarkLine[], confidence: number): HTMLElement {
  return element(
    'table',
    { class: 'forecasts', 'aria-labelledby': 'forecast-heading' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, 'Benchmark'),
        element('td', { class: 'range-cell', 'aria-hidden': 'true' }),
        element('th', { scope: 'col' }, 'Forecast'),
        element('th', { scope: 'col' }, `${percent(confidence, 0)} interval`),
        element('th', { scope: 'col' }, 'Observed'),
      ),
    ),
    element('tbody', {}, ...lines.map(forecastRow)),
  );
}

function forecastRow(line: BenchmarkLine): HTMLElement {
  const { benchmark, accuracy, lower, upper, observed, questions, answers } = line;
  const row = element(
    'tr',
    {},
    element('th', { scope: 'row' }, benchmark),
    element('td', { class: 'range-cell', 'aria-hidden': 'true' }, range(line)),
    element('td', {}, percent(accuracy, 0)),
    element('td', { class: 'interval' }, `${(100 * lower).toFixed(0)}–${(100 * upper).toFixed(0)}`),
    element('td', {}, observed === null ? 'not asked' : percent(observed, 0)),
  );
  row.title = `${questions} test questions, ${answers} answers to training questions`;
  return row;
}

function range({ accuracy, lower, upper, observed }: BenchmarkLine): HTMLElement {
  const part = (className: string, left: number, width?: number): HTMLElement => {
    const made = element('span', { class: className });
    made.style.left = `${100 * left}%`;
    if (width !== undefined) made.style.width = `${100 * width}%`;
    return made;
  };
  return element(
    'span',
    { class: 'range' },
    part('range-line', lower, upper - lower),
    part('range-dot', accuracy),
    ...(observed === null ? [] : [part('range-tick', observed)]),
  );
}
