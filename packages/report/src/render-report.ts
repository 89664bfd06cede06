import { type ChartKit, loadChartKit } from './charts/responsive-chart.js';
import type { ReportContent } from './content/report-content.js';
import { present, type ReportSection } from './content/section.js';
import { type Html, html } from './render/html.js';
import { renderKeyFigures } from './render/key-figures.js';
import { renderPage } from './render/page.js';
import { renderCalibration } from './render/sections/calibration.js';
import { renderComparison } from './render/sections/comparison.js';
import { renderCostQuality } from './render/sections/cost-quality.js';
import { renderEvaluation } from './render/sections/evaluation.js';
import { renderForecasts } from './render/sections/forecasts.js';
import { renderModelMap } from './render/sections/model-map.js';
import { renderProvenance } from './render/sections/provenance.js';
import { renderQuality } from './render/sections/quality.js';
import { renderRouting } from './render/sections/routing.js';

/**
 * A report as one self-contained HTML file: no script, no network, no font. Its content
 * security policy allows only its own style sheet; all content is treated as
 * text. It follows the reader's light or dark theme, fits telephones, and prints.
 *
 * @throws EmbedLLMError `missing-dependency` without @observablehq/plot and linkedom, which draw
 * its charts.
 * @example
 * import { writeFile } from 'node:fs/promises';
 * await writeFile('report.html', await renderReport(await collectReport({ dataset, artifact })));
 */
export async function renderReport(content: ReportContent): Promise<string> {
  const kit = await loadChartKit();
  const { provenance } = content;
  const sections = [
    await part('evaluation', 'Test questions', content.evaluation, renderEvaluation, kit),
    await part('comparison', 'Baselines', content.comparison, renderComparison, kit),
    await part('cost', 'Cost and quality', content.costQuality, renderCostQuality, kit),
    await part('calibration', 'Calibration', content.calibration, renderCalibration, kit),
    await part('map', 'Model map', content.modelMap, renderModelMap, kit),
    await part('forecasts', 'Benchmark forecasts', content.forecasts, renderForecasts, kit),
    await part('routing', 'Routing examples', content.routing, renderRouting, kit),
    await part('quality', 'Data quality', content.quality, renderQuality, kit),
    await part('provenance', 'Provenance', present(provenance), renderProvenance, kit),
  ];
  return renderPage({
    title: content.title,
    lead: html`<bdi>${provenance.data.name}</bdi>, ${provenance.generatedAt.slice(0, 10)}`,
    contents: html`<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>${sections.map(
      ({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`,
    )}</ol></nav>
`,
    main: html`${renderKeyFigures(content)}${sections.map(({ markup }) => markup)}`,
  });
}

interface RenderedPart {
  readonly id: string;
  readonly title: string;
  readonly markup: Html;
}

async function part<Content>(
  id: string,
  title: string,
  section: ReportSection<Content>,
  render: (content: Content, kit: ChartKit) => Html | Promise<Html>,
  kit: ChartKit,
): Promise<RenderedPart> {
  const body = section.available
    ? await render(section.content, kit)
    : html`<p class="absent">Not included. ${section.reason}</p>
`;
  const markup = html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${body}</section>
`;
  return { id, title, markup };
}
