import type { FactorizationModel, ModelInfo } from '@embedllm/core';
import type { ForecastComparison } from '@embedllm/forecaster';
import { principalComponents } from '@embedllm/probes';
import { plotMap } from '@embedllm/probes/plot';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { ComparisonRow } from '../comparison.js';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** Observed share of correct answers among predictions in one range. */
export interface CalibrationBin {
  readonly predicted: number;
  readonly observed: number;
  readonly labels: number;
}

/** Routing accuracy of every router, the oracle left out so that differences can be seen. */
export function routingPlot(rows: readonly ComparisonRow[]): string {
  const routers = rows.filter((row) => row.name !== 'oracle');
  return draw({
    width: 640,
    height: 34 * routers.length + 60,
    marginLeft: 250,
    x: { label: 'routing accuracy', domain: [0.5, 1], grid: true },
    y: { label: null, domain: routers.map((row) => row.name) },
    marks: [
      Plot.barX(routers, {
        x1: 0.5,
        x2: 'routingAccuracy',
        y: 'name',
        fill: (row: ComparisonRow) => (row.name.startsWith('EmbedLLM') ? '#3b7dd8' : '#9aa5b1'),
      }),
      Plot.text(routers, {
        x: 'routingAccuracy',
        y: 'name',
        text: (row: ComparisonRow) => row.routingAccuracy.toFixed(3),
        dx: 4,
        textAnchor: 'start',
        fill: 'currentColor',
      }),
    ],
  });
}

/** Do answers come out right as often as predicted? */
export function calibrationPlot(bins: readonly CalibrationBin[]): string {
  return draw({
    width: 420,
    height: 380,
    x: { label: 'predicted probability', domain: [0, 1] },
    y: { label: 'observed share correct', domain: [0, 1], grid: true },
    r: { range: [2, 10] },
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: '#9aa5b1', strokeDasharray: '4 4' },
      ),
      Plot.dot(bins, {
        x: 'predicted',
        y: 'observed',
        r: 'labels',
        fill: '#3b7dd8',
        fillOpacity: 0.8,
      }),
    ],
  });
}

/** The models in the plane of the two leading principal components of their embeddings. */
export function modelMap(model: FactorizationModel, models: readonly ModelInfo[]): Promise<string> {
  const { points } = principalComponents({ model });
  return plotMap({ points, groups: models.map(({ family }) => family) });
}

/** Forecast against observed accuracy, a dot for each model and benchmark. */
export function forecastPlot(comparison: ForecastComparison): string {
  return draw({
    width: 520,
    height: 420,
    x: { label: 'forecast accuracy', domain: [0, 1] },
    y: { label: 'observed accuracy', domain: [0, 1], grid: true },
    color: {
      legend: true,
      scheme: 'Tableau10',
      domain: comparison.benchmarks.map(({ benchmark }) => benchmark),
    },
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: '#9aa5b1', strokeDasharray: '4 4' },
      ),
      Plot.dot(comparison.pairs, {
        x: 'forecast',
        y: 'observed',
        fill: 'benchmark',
        r: 3,
        fillOpacity: 0.8,
      }),
    ],
  });
}

/** A plot as SVG text that takes its ink from the page around it. */
function draw(options: Plot.PlotOptions): string {
  const element = Plot.plot({
    ...options,
    // linkedom's document has all that Plot uses, but not the whole type of a browser's.
    document: document as unknown as NonNullable<Plot.PlotOptions['document']>,
    style: { background: 'none', color: 'currentColor', fontFamily: 'system-ui, sans-serif' },
  });
  return element.outerHTML;
}
