import { quoteBriefly } from '../csv/columns.js';
import type { TablePlan } from './table-plan.js';

/** Models of a wide table that are listed. */
const LISTED = 8;

/** In a line: how a table was understood. */
export function describePlan({ file, syntax, layout, labels, ...plan }: TablePlan): string {
  const parts: string[] = [];
  const say = (role: string, column: string | undefined): void => {
    if (column !== undefined) parts.push(`${role}=${plainOrQuoted(column)}`);
  };
  say('question', plan.question);
  say('prompt', plan.prompt);
  say('category', plan.category);
  const seen = labels.length > 0 ? ` (${labels.map(plainOrQuoted).join('/')})` : '';
  if (layout.kind === 'wide') {
    const { models } = layout;
    const more = models.length > LISTED ? `, … ${models.length} in all` : '';
    parts.push(
      `a column of labels${seen} for each model: ${models.slice(0, LISTED).map(plainOrQuoted).join(', ')}${more}`,
    );
  } else {
    if (layout.kind === 'long') say('model', layout.model);
    // A table without a model name has none here.
    else if (layout.name !== '') parts.push(`all of model ${plainOrQuoted(layout.name)}`);
    parts.push(`label=${plainOrQuoted(layout.score)}${seen}`);
  }
  if (syntax.format === 'csv') {
    const { skippedLines: skipped } = syntax;
    if (skipped > 0) parts.push(`${skipped} ${skipped === 1 ? 'line' : 'lines'} before the header`);
    if (syntax.separator !== ',') {
      parts.push(`separator ${syntax.separator === '\t' ? 'tab' : `'${syntax.separator}'`}`);
    }
  } else parts.push(syntax.format === 'json' ? 'a JSON list' : 'JSON Lines');
  return `Read ${file} as ${parts.join(', ')}`;
}

function plainOrQuoted(text: string): string {
  return /^[\w./:-]{1,60}$/.test(text) ? text : quoteBriefly(text);
}
