import { percent } from '@embedllm/internals';
import { countOf } from './quality-findings.js';
import type { Listed, QualityReport, QuestionReference } from './quality-report.js';

/** Options of `renderQualityReport`. */
export interface RenderQualityOptions {
  /** `text` has aligned columns and no markup. @default 'markdown' */
  readonly format?: 'markdown' | 'text' | undefined;
}

/**
 * Writes a quality report as Markdown or plain text. Names and texts of the dataset are escaped, so
 * that they cannot add markup; control characters become spaces.
 *
 * @example
 * console.log(renderQualityReport(await inspectQuality(dataset), { format: 'text' }));
 */
export function renderQualityReport(
  report: QualityReport,
  { format = 'markdown' }: RenderQualityOptions = {},
): string {
  const page = new Page(format);
  page.heading('Data quality');
  page.paragraph(
    `${countOf(report.questionCount, 'question')}, ${countOf(report.modelCount, 'model')}, ${countOf(report.labelCount, 'label')}: coverage ${percent(report.coverage)}, ${report.accuracy === undefined ? 'no accuracy' : `${percent(report.accuracy)} correct`}.`,
  );
  page.list(
    report.findings.length === 0
      ? ['No problems were found.']
      : report.findings.map(
          ({ severity, message }) => `${severity === 'warning' ? 'Warning' : 'Note'}: ${message}`,
        ),
  );
  page.heading('Categories', 2);
  page.table(
    ['category', 'questions', 'labels', 'coverage', 'correct'],
    report.categories.map((row) => [
      row.category,
      row.questionCount,
      row.labelCount,
      percent(row.coverage),
      share(row.accuracy),
    ]),
  );
  page.heading('Models', 2);
  page.table(
    ['model', 'labels', 'coverage', 'correct'],
    report.models.map((row) => [
      row.name,
      row.labelCount,
      percent(row.coverage),
      share(row.accuracy),
    ]),
  );
  if (report.leakage !== undefined) renderLeakage(page, report.leakage);
  const { duplicates } = report;
  section(
    page,
    'Texts shared by several questions',
    duplicates.groups,
    ['questions', 'text'],
    (group) => [group.questions.join(', '), group.excerpt],
  );
  section(
    page,
    `Labels that contradict each other (of ${duplicates.comparisons} comparisons)`,
    duplicates.conflicts,
    ['model', 'correct on', 'incorrect on'],
    ({ model, correct, incorrect }) => [model, correct, incorrect],
  );
  for (const { measure, threshold, pairs } of report.nearDuplicates) {
    section(
      page,
      `Similar questions (${measure} at least ${threshold})`,
      pairs,
      ['similarity', 'question', 'text', 'question', 'text'],
      ({ similarity, first, second }) => [
        similarity.toFixed(3),
        first.id,
        first.excerpt,
        second.id,
        second.excerpt,
      ],
    );
  }
  section(
    page,
    'Models with few labels',
    report.modelsWithFewLabels,
    ['model', 'labels'],
    (model) => [model.name, model.labelCount],
  );
  section(
    page,
    'Categories in which a model has few labels',
    report.gaps,
    ['model', 'category', 'labels', 'of questions'],
    (gap) => [gap.model, gap.category, gap.labelCount, gap.questionCount],
  );
  for (const [title, list] of [
    ['Questions without text', report.emptyPrompts],
    ['Questions with few labels', report.questionsWithFewLabels],
    ['Questions that all models answer correctly', report.allCorrect],
    ['Questions that no model answers correctly', report.noneCorrect],
  ] as const) {
    section(page, title, list, ['question', 'category', 'labels', 'text'], questionRow);
  }
  return page.toString();
}

function renderLeakage(
  page: Page,
  { counts, questions }: NonNullable<QualityReport['leakage']>,
): void {
  page.heading('Questions in two parts of the split', 2);
  page.table(
    ['in', 'also in', 'same text', 'similar', 'share'],
    counts.map(({ from, to, same, near, share: part }) => [to, from, same, near, percent(part)]),
  );
  section(
    page,
    'The most similar',
    questions,
    ['similarity', 'in', 'question', 'text', 'also in', 'question', 'text'],
    ({ similarity, to, question, from, other }) => [
      similarity.toFixed(3),
      to,
      question.id,
      question.excerpt,
      from,
      other.id,
      other.excerpt,
    ],
  );
}

type Cell = string | number;

function section<T>(
  page: Page,
  title: string,
  { total, listed }: Listed<T>,
  columns: readonly string[],
  rowOf: (item: T) => readonly Cell[],
): void {
  if (total === 0) return;
  page.heading(`${title}: ${total}`, 2);
  page.table(columns, listed.map(rowOf));
  if (listed.length < total) page.paragraph(`… and ${total - listed.length} more.`);
}

function questionRow({ id, category, labelCount, excerpt }: QuestionReference): readonly Cell[] {
  return [id, category, labelCount, excerpt];
}

function share(value: number | undefined): string {
  return value === undefined ? '–' : percent(value);
}

/** Collects blocks of one format. */
class Page {
  readonly #blocks: string[] = [];
  readonly #markdown: boolean;

  constructor(format: 'markdown' | 'text') {
    this.#markdown = format === 'markdown';
  }

  heading(title: string, level = 1): void {
    const text = this.#escape(title);
    this.#blocks.push(this.#markdown ? `${'#'.repeat(level)} ${text}` : text.toUpperCase());
  }

  paragraph(text: string): void {
    this.#blocks.push(this.#escape(text));
  }

  list(items: readonly string[]): void {
    this.#blocks.push(items.map((item) => `- ${this.#escape(item)}`).join('\n'));
  }

  table(columns: readonly string[], rows: readonly (readonly Cell[])[]): void {
    if (rows.length === 0) return;
    const cells = rows.map((row) => row.map((cell) => this.#escape(String(cell))));
    // A column is one of figures where it has nothing else.
    const figures = columns.map((_, column) =>
      rows.every((row) => /^(?:[\d.]+%?|–)$/.test(String(row[column]))),
    );
    if (this.#markdown) {
      const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
      const rule = figures.map((figure) => (figure ? '---:' : '---'));
      this.#blocks.push([columns, rule, ...cells].map(line).join('\n'));
      return;
    }
    const widths = columns.map((column, index) =>
      cells.reduce((width, row) => Math.max(width, row[index]?.length ?? 0), column.length),
    );
    const line = (texts: readonly string[]): string =>
      texts
        .map((text, index) =>
          figures[index] ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd();
    this.#blocks.push([columns, ...cells].map(line).join('\n'));
  }

  toString(): string {
    return `${this.#blocks.join('\n\n')}\n`;
  }

  #escape(text: string): string {
    const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
    if (!this.#markdown) return line;
    return line
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/[\\`*_[\]|~$]/g, '\\$&')
      .replace(/^(\s*)([-+>]|\d+[.)])(?=\s)/, '$1\\$2');
  }
}
