import { shareBar } from '../../charts/bar.js';
import type { RoutedQuestion, RoutingContent } from '../../content/routing-content.js';
import { formatCostPerThousand, formatPercent } from '../format.js';
import { type Html, html, isolated } from '../html.js';
import { renderTable } from '../table.js';

/** Questions and where they go. */
export function renderRouting({ given, drawn, seed, notes }: RoutingContent): Html {
  return html`${notes.map(
    (note) => html`<p class="note">${note}</p>
`,
  )}${group('Given texts', '', given, 'given')}${group(
    'Questions of the data',
    `Test questions drawn at random, one benchmark after another (seed ${seed}); the data show which answers are correct.`,
    drawn,
    'drawn',
  )}`;
}

function group(
  title: string,
  note: string,
  questions: readonly RoutedQuestion[],
  id: string,
): Html {
  if (questions.length === 0) return html``;
  return html`<h3>${title}</h3>
${note ? html`<p class="note">${note}</p>` : ''}<ol class="examples">${questions.map(
    (question, index) => example(question, `routing-${id}-${index + 1}`, index + 1),
  )}</ol>
`;
}

function example(
  { question, benchmark, candidates, reason, familiarity }: RoutedQuestion,
  id: string,
  number: number,
): Html {
  const isKnown = candidates.some(({ correct }) => correct !== undefined);
  const isCosted = candidates.some(({ expectedCostUsd }) => expectedCostUsd !== undefined);
  return html`<li>${benchmark === undefined ? '' : html`<h4><bdi>${benchmark}</bdi></h4>`}<blockquote dir="auto" tabindex="0" aria-label="Question ${number}">${question}</blockquote><p class="note"><bdi>${reason}</bdi>${familiarityNote(familiarity)}</p>${renderTable(
    {
      id,
      caption: `Question ${number}: the chosen model and the ones to ask next.`,
      isCaptionHidden: true,
      columns: [
        { title: 'model' },
        { title: 'probability' },
        ...(isCosted ? [{ title: 'cost of 1,000' }] : []),
        ...(isKnown ? [{ title: 'answer' }] : []),
      ],
      rows: candidates.map((candidate, index) => ({
        isOwn: index === 0,
        cells: [
          isolated(candidate.model),
          html`${formatPercent(candidate.probability)}${shareBar(candidate.probability)}`,
          ...(isCosted ? [formatCostPerThousand(candidate.expectedCostUsd)] : []),
          ...(isKnown ? [answer(candidate.correct)] : []),
        ],
      })),
    },
  )}</li>`;
}

function familiarityNote(familiarity: number | undefined): string {
  if (familiarity === undefined) return '';
  return ` More familiar than ${formatPercent(familiarity)} of the questions used to measure familiarity.`;
}

function answer(correct: boolean | undefined): string {
  return correct === undefined ? 'not asked' : correct ? '✓ correct' : '✗ wrong';
}
