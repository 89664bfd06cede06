import { type Advice, advice, namedOption } from '@embedllm/core';
import { decimalCommaHint } from '@embedllm/internals';
import { isMeasure } from './column-names.js';
import type { ScoreScale } from './score-text.js';
import { quotedNames, type TableSample } from './table-sample.js';

/**
 * The columns of the same score of several models, each an object of its own: `gpt.acc` and
 * `claude.acc` of `{ "gpt": { "acc": 1, "cost": 0.2 }, "claude": { ... } }`.
 *
 * @param score - One of them.
 * @returns one column or none where it is not of this form.
 */
export function scoresByModel(
  sample: TableSample,
  score: string,
  scale: ScoreScale | undefined,
): string[] {
  const path = sample.path(score);
  if (path.length < 2) return [];
  const model = path.length - 2;
  return sample.columns.filter((column) => {
    const other = sample.path(column);
    return (
      other.length === path.length &&
      other.every((name, at) => at === model || name === path[at]) &&
      sample.isScore(column, scale)
    );
  });
}

/** The columns that are models, all of those that are not used otherwise; or what is in doubt. */
export function wideColumns(
  sample: TableSample,
  used: readonly (string | undefined)[],
  scale: ScoreScale | undefined,
): { readonly models: readonly string[] } | { readonly doubt: Advice } {
  const others = withoutDetails(
    sample.columns.filter((column) => column.trim() !== '' && !used.includes(column)),
  );
  const models = others.filter((column) => sample.isScore(column, scale) && !isMeasure(column));
  if (others.length > 0 && models.length === others.length) return { models };
  const rest = others.filter((column) => !models.includes(column));
  const empty = rest.filter((column) => sample.values(column).length === 0 && !isMeasure(column));
  const scaled = rest.filter((column) => sample.isNumber(column) && !isMeasure(column));
  if (models.length === 0 && scaled.length > 0) {
    return {
      doubt: advice`which columns are models? ${quotedNames(scaled)} ${scaled.length === 1 ? 'has' : 'have'} numbers that are not scores from 0 to 1. Set the range of scores with ${namedOption('scale')}, such as 0..100, and the columns that are models with ${namedOption('modelColumns', scaled)}.`,
    };
  }
  const commas = rest.filter((column) => sample.values(column).some(decimalCommaHint));
  const [comma] = commas.flatMap((column) => sample.values(column).filter(decimalCommaHint));
  if (models.length === 0 && comma !== undefined) {
    return {
      doubt: advice`which columns are models? ${quotedNames(commas)} ${commas.length === 1 ? 'has' : 'have'} numbers with a comma.${decimalCommaHint(comma)}`,
    };
  }
  const candidates = others.filter((column) => models.includes(column) || empty.includes(column));
  if (candidates.length === 0) {
    return {
      doubt: advice`which columns are the model and the score? The table has ${quotedNames(sample.columns)}. Name them with ${namedOption('modelColumn', 'COLUMN')} (or ${namedOption('model', 'NAME')} if it is of one model) and ${namedOption('scoreColumn', 'COLUMN')}.`,
    };
  }
  const odd = rest.filter((column) => !empty.includes(column));
  const said = [
    ...(models.length > 0 ? [`${quotedNames(models)} could be`] : []),
    ...(odd.length > 0 ? [`${quotedNames(odd)} ${areOrIs(odd)} something else`] : []),
    ...(empty.length > 0
      ? [`${quotedNames(empty)} ${areOrIs(empty)} empty in the first records`]
      : []),
  ];
  const [first = '', ...more] = said;
  return {
    doubt: advice`which columns are models? ${first}${more.map((part) => `, but ${part}`).join('')}. Name them with ${namedOption('modelColumns', candidates)}. If they are scores of one model, name it with ${namedOption('model', 'NAME')}, and the score with ${namedOption('scoreColumn', 'COLUMN')}.`,
  };
}

/**
 * Columns without those that RouterBench has of each model, `gpt-4|model_response` and
 * `gpt-4|total_cost`, and of the best choice, which are about models that have a column themselves.
 */
function withoutDetails(columns: readonly string[]): readonly string[] {
  const ofModel = (column: string): boolean =>
    /\|(?:model_response|total_cost)$/.test(column) &&
    columns.includes(column.slice(0, column.lastIndexOf('|')));
  if (!columns.some(ofModel)) return columns;
  return columns.filter((column) => !ofModel(column) && column !== 'oracle_model_to_route_to');
}

function areOrIs(columns: readonly string[]): string {
  return columns.length === 1 ? 'is' : 'are';
}
