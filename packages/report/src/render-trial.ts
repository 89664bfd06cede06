import type { TrialContent } from './content/trial-content.js';
import { formatCount, formatNumber, formatPercent } from './render/format.js';
import { html, isolated } from './render/html.js';
import { tile } from './render/key-figures.js';
import { renderPage } from './render/page.js';
import { renderTable } from './render/table.js';

/** Characters of a request that the page shows. */
const EXCERPT = 300;

/** The result of a trial in one sentence; the headline of the page. */
export function trialVerdict(content: TrialContent): string {
  const { passed, share, confidence, present, savedPer1000: saved } = content;
  if (!passed) {
    return `No policy has been shown to keep ${asked(share)} of the quality of ${present} with ${asked(confidence)} confidence. Mark more answers, or stay with ${present}.`;
  }
  const money = saved
    ? `, and save ${dollars(saved.value)} per 1,000 requests (${asked(confidence)} interval: ${dollars(saved.lower)} to ${dollars(saved.upper)})`
    : '';
  return `With this policy you keep at least ${asked(share)} of the quality of ${present} with ${asked(confidence)} confidence${money}.`;
}

/** A share as it was asked for: rounded, 99.5% would promise more than was tested. */
function asked(share: number): string {
  return `${Number((100 * share).toFixed(4))}%`;
}

/** Cents, and three digits of amounts below a dollar. */
function dollars(usd: number | undefined): string {
  if (usd === undefined || !Number.isFinite(usd)) return formatNumber(usd, 2);
  const size = Math.abs(usd);
  const digits = size > 0 && size < 1 ? Math.min(9, 2 - Math.floor(Math.log10(size))) : 2;
  return `${usd < 0 ? '−' : ''}$${formatNumber(size, digits)}`;
}

/**
 * The result of a trial as one self-contained HTML file, like that of `renderReport`.
 */
export function renderTrial(content: TrialContent): string {
  const { passed, present, presentPer1000, savedPer1000, harms, tested } = content;
  const tiles = [
    tile(
      `Requests moved away from ${present}`,
      formatPercent(passed?.switched ?? 0, 0),
      `of ${formatCount(content.requests)} different requests`,
    ),
    ...(savedPer1000
      ? [
          tile(
            'Saved per 1,000 requests',
            dollars(savedPer1000.value),
            `of the ${dollars(presentPer1000)} they cost now`,
          ),
        ]
      : []),
    tile('Marked answers', formatCount(content.marks), content.markedBy),
  ];
  const setting = passed
    ? html`<p>In <code>gateway.yaml</code>: <code>routing: { models: [${content.models.join(', ')}], baseline: ${present}, policy: { objective: utility, lambda: ${passed.lambda.toPrecision(6)} } }</code></p>`
    : undefined;
  return renderPage({
    title: content.title,
    lead: html`${isolated(content.log)}, ${content.generatedAt.slice(0, 10)}`,
    main: html`<section aria-labelledby="verdict">
<h2 id="verdict">Verdict</h2>
<p>${trialVerdict(content)}</p>
<dl class="tiles">${tiles}</dl>
${setting}</section>
<section aria-labelledby="harms">
<h2 id="harms">Where it would have hurt</h2>
${
  harms.length === 0
    ? html`<p>No marked answer was worse than that of ${present}.</p>`
    : renderTable({
        id: 'harms-table',
        caption: `Marked requests on which ${passed ? 'the policy' : 'the most cautious policy'} did worse than ${present}`,
        columns: [
          { title: 'Request' },
          { title: 'Went to', isText: true },
          { title: 'Its mark' },
          { title: `${present}` },
        ],
        rows: harms.map(({ prompt, model, outcome, presentOutcome }) => ({
          cells: [
            isolated(prompt.length > EXCERPT ? `${prompt.slice(0, EXCERPT)}…` : prompt),
            isolated(model),
            formatNumber(outcome, 2),
            formatNumber(presentOutcome, 2),
          ],
        })),
      })
}</section>
<section aria-labelledby="tested">
<h2 id="tested">How this was tested</h2>
<p>Policies were tested from cautious to bold until one could not be shown to keep the share; the chance that one which passed does not is at most ${asked(1 - content.confidence)}. ${content.holdsFor ?? 'This holds for requests like those of the log, each different request counting once.'} ${content.undecided > 0 ? `${formatCount(content.undecided)} answers did not come or could not be marked; each counts against the policy.` : ''}</p>
${renderTable({
  id: 'tested-table',
  caption: 'Tested policies',
  columns: [
    { title: 'Taken from the present model' },
    { title: 'Quality kept, estimate' },
    { title: 'Lost beyond what may be, at the most' },
    { title: 'Passed', isText: true },
  ],
  rows: tested.map((policy) => ({
    cells: [
      formatPercent(policy.switched, 0),
      formatPercent(policy.qualityKept),
      formatPercent(policy.worstExcess),
      policy.isKept ? 'yes' : 'no',
    ],
    isOwn: policy === passed,
  })),
})}</section>
`,
  });
}
