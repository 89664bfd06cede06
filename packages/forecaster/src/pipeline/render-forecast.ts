import { percent } from '@embedllm/internals';
import type { ForecastEstimate, ModelBenchmarksForecast } from '../forecast/forecast-benchmarks.js';

/** A forecast as JSON with two spaces of indentation and a final line break. */
export function renderForecastJson(forecast: ModelBenchmarksForecast): string {
  return `${JSON.stringify(forecast, undefined, 2)}\n`;
}

const OUTSIDE =
  'This model is probably stronger or weaker than every model in the pool. Its forecast rests mostly on its own answers, so ask it more questions.';

/**
 * A forecast as a Markdown table, one line a benchmark and one each for all questions and for the
 * mean of the benchmarks; percentages with one digit after the point. A sentence follows where the
 * model is probably beyond all of the pool and has questions left to answer.
 */
export function renderForecastMarkdown(forecast: ModelBenchmarksForecast): string {
  const { model, confidence, outsidePool, benchmarks, micro, macro } = forecast;
  const level = `${Number((100 * confidence).toFixed(2))}% interval`;
  const rows = [
    ...benchmarks.map((estimate) => row(estimate.benchmark, estimate, estimate.sampleMean)),
    row('*all questions*', micro, undefined),
    row('*mean of benchmarks*', macro, undefined),
  ];
  const isOpen = micro.answers < micro.questions;
  const title = model === undefined ? '' : `Forecast of ${escapeMarkdown(model)}\n\n`;
  return `${title}| Benchmark | Forecast | ${level} | Sample mean | Answers | Questions |\n| --- | ---: | ---: | ---: | ---: | ---: |\n${rows.join('')}${isOpen && outsidePool > 0.5 ? `\n${OUTSIDE}\n` : ''}`;
}

function row(name: string, estimate: ForecastEstimate, sampleMean: number | undefined): string {
  const { accuracy, lower, upper, answers, questions } = estimate;
  const cells = [
    name.startsWith('*') ? name : escapeMarkdown(name),
    percent(accuracy),
    `${percent(lower)} to ${percent(upper)}`,
    sampleMean === undefined ? '' : percent(sampleMean),
    String(answers),
    String(questions),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

/** Names come from data: they must not end a cell or start markup. */
function escapeMarkdown(name: string): string {
  return name.replace(/[\\`*_{}[\]<>|#]/g, '\\$&').replace(/\s+/g, ' ');
}
