import { shareBar } from '../../charts/bar.js';
import type { QualityContent, QuestionList, RecordQuality } from '../../content/quality-content.js';
import { formatCount, formatNumber, formatPercent, formatQuantity } from '../format.js';
import { type Html, html, isolated } from '../html.js';
import { renderHiddenTable, renderTable } from '../table.js';

/** What the evaluation records hold, and what is odd about them. */
export function renderQuality({ report, duplicateRecords = 0 }: QualityContent): Html {
  const { categories, models, findings } = report;
  return html`<p>${formatQuantity(report.questionCount, 'question')} of ${formatQuantity(categories.length, 'benchmark')}, ${formatQuantity(report.modelCount, 'model')}, ${formatQuantity(report.labelCount, 'label')}: ${formatPercent(report.coverage)} of all question-model pairs were observed, and ${formatPercent(report.accuracy)} of the observed answers are correct.${
    duplicateRecords > 0
      ? ` The import dropped ${formatQuantity(duplicateRecords, 'record')} that repeated a label.`
      : ''
  }</p>
${
  findings.length === 0
    ? html`<p>No problems were found.</p>`
    : html`<ul class="findings">${findings.map(renderFinding)}</ul>
`
}${renderTable({
  id: 'quality-benchmarks',
  caption: 'Labels by benchmark.',
  columns: [
    { title: 'benchmark' },
    { title: 'questions' },
    { title: 'labels' },
    { title: 'coverage' },
    { title: 'mean accuracy' },
  ],
  rows: categories.map((row) => ({
    cells: [
      isolated(row.category),
      formatCount(row.questionCount),
      formatCount(row.labelCount),
      formatPercent(row.coverage),
      accuracyCell(row.accuracy),
    ],
  })),
})}${leakage(report)}${renderHiddenTable(
  `Labels of each of ${formatQuantity(models.length, 'model')}`,
  {
    id: 'quality-models',
    caption:
      'Labels by model, highest accuracy first; models that were asked other questions do not compare.',
    columns: [
      { title: 'model' },
      { title: 'labels' },
      { title: 'coverage' },
      { title: 'accuracy' },
    ],
    rows: [...models]
      .sort((a, b) => (b.accuracy ?? -1) - (a.accuracy ?? -1))
      .map((row) => ({
        cells: [
          isolated(row.name),
          formatCount(row.labelCount),
          formatPercent(row.coverage),
          accuracyCell(row.accuracy),
        ],
      })),
  },
)}${listedQuestions('all', 'Questions that every model answers correctly', report.allCorrect)}${listedQuestions('none', 'Questions that no model answers correctly', report.noneCorrect)}${similarQuestions(report)}`;
}

function renderFinding({ severity, message }: RecordQuality['findings'][number]): Html {
  return html`<li>${severity === 'warning' ? html`<span class="warning">Warning:</span> ` : ''}<bdi>${message}</bdi></li>`;
}

function accuracyCell(accuracy: number | undefined): Html {
  return accuracy === undefined
    ? html`${formatNumber(accuracy, 3)}`
    : html`${formatNumber(accuracy, 3)}${shareBar(accuracy)}`;
}

function leakage({ leakage: found }: RecordQuality): Html {
  if (!found || found.questions.total === 0) return html``;
  return renderTable({
    id: 'quality-leakage',
    caption: 'Questions with a near-duplicate in an earlier split; scores on these are inflated.',
    columns: [
      { title: 'part' },
      { title: 'similar to one in', isText: true },
      { title: 'same text' },
      { title: 'similar' },
      { title: 'share' },
    ],
    rows: found.counts.map(({ from, to, same, near, share }) => ({
      cells: [
        partName(to),
        partName(from),
        formatCount(same),
        formatCount(near),
        formatPercent(share),
      ],
    })),
  });
}

function partName(part: 'train' | 'validation' | 'test'): string {
  return { train: 'training', validation: 'validation', test: 'test' }[part];
}

function listedQuestions(id: string, title: string, { total, listed }: QuestionList): Html {
  if (listed.length === 0) return html``;
  return renderHiddenTable(`${title} (${formatCount(total)})`, {
    id: `quality-${id}`,
    caption: captionOf(title, total, listed.length),
    columns: [
      { title: 'question' },
      { title: 'benchmark', isText: true },
      { title: 'labels' },
      { title: 'text', isText: true },
    ],
    rows: listed.map((question) => ({
      cells: [
        isolated(question.id),
        isolated(question.category),
        formatCount(question.labelCount),
        isolated(question.excerpt),
      ],
    })),
  });
}

function similarQuestions({ nearDuplicates }: RecordQuality): Html {
  return html`${nearDuplicates.map(({ measure, threshold, pairs }, index) =>
    pairs.listed.length === 0
      ? ''
      : renderHiddenTable(`Similar questions (${formatCount(pairs.total)} pairs)`, {
          id: `quality-similar-${index + 1}`,
          caption: captionOf(
            `Pairs whose ${measure === 'jaccard' ? 'Jaccard index of shingles' : 'cosine of embeddings'} is at least ${threshold}`,
            pairs.total,
            pairs.listed.length,
          ),
          columns: [
            { title: 'question' },
            { title: 'text', isText: true },
            { title: 'question', isText: true },
            { title: 'text', isText: true },
            { title: 'similarity' },
          ],
          rows: pairs.listed.map(({ first, second, similarity }) => ({
            cells: [
              isolated(first.id),
              isolated(first.excerpt),
              isolated(second.id),
              isolated(second.excerpt),
              formatNumber(similarity, 3),
            ],
          })),
        }),
  )}`;
}

function captionOf(title: string, total: number, listed: number): string {
  return total > listed ? `${title}: the first ${listed} of ${formatCount(total)}.` : `${title}.`;
}
