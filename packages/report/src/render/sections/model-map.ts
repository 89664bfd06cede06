import { modelMapChart } from '../../charts/model-map-chart.js';
import type { ChartKit } from '../../charts/responsive-chart.js';
import type { ModelMapContent } from '../../content/model-map-content.js';
import { renderFigure } from '../figure.js';
import { formatNumber, formatQuantity } from '../format.js';
import { type Html, html, isolated } from '../html.js';
import { renderHiddenTable } from '../table.js';

/** The pool in the plane. */
export async function renderModelMap(content: ModelMapContent, kit: ChartKit): Promise<Html> {
  const { models, method } = content;
  const chart = await modelMapChart(kit, {
    label: `Map of ${models.length} models by ${method} of their embeddings; see the table below for positions and neighbours.`,
    content,
  });
  return html`<p>Models by ${method} of their embeddings: models close to each other tend to answer the same questions correctly. Overall ability counts too, and a model that was asked different benchmarks from the rest is drawn towards the pool.</p>
${renderFigure(`${formatQuantity(models.length, 'model')}; names that would overlap are hidden; point at a mark to see its name.`, chart)}${renderHiddenTable(
  'Positions and nearest models',
  {
    id: 'map-models',
    caption: 'Nearest models by Euclidean distance in all dimensions.',
    columns: [
      { title: 'model' },
      { title: 'family', isText: true },
      { title: 'first' },
      { title: 'second' },
      { title: 'nearest model', isText: true },
      { title: 'distance' },
    ],
    rows: models.map(({ name, family, x, y, nearest }) => ({
      cells: [
        isolated(name),
        isolated(family ?? ''),
        formatNumber(x, 3),
        formatNumber(y, 3),
        isolated(nearest?.name ?? ''),
        formatNumber(nearest?.distance, 3),
      ],
    })),
  },
)}`;
}
