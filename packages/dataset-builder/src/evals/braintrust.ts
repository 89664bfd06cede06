import { isJsonObject } from '../jsonl/parse-object.js';
import { idOfText } from '../tables/read-planned.js';
import type { TableRow } from '../tables/table-row.js';
import type { EvalsAnswer } from './evals-answer.js';
import { inputText, jsonIn, objectAt, textIn } from './input-text.js';
import { namedScore } from './named-score.js';
import { modelOf, type RowsTool } from './rows-tool.js';
import { scoreList } from './score-fields.js';

/**
 * The spans of an experiment of Braintrust, as its API, JSON and CSV have them, or what `Eval` returns:
 * the spans at the root, with the only score or the one that is named. The model is `metadata.model`.
 */
export const braintrust: RowsTool = {
  name: 'Braintrust',
  understood: 'question=input, model=metadata.model',
  isOf: ({ columns }) =>
    columns.some((column) => SCORES.test(column)) &&
    (columns.some((column) => /^(?:root_span_id|span_id|is_root)$/.test(column)) ||
      (columns.includes('input') && columns.includes('expected'))),
  read: (reading, file) => {
    const models = new Set<string>();
    const nameless: Omit<EvalsAnswer, 'model'>[] = [];
    const placeOf = (row: number) => ({ file, row, field: 'metadata.model' });
    return {
      row: (row) => {
        if (!isAtRoot(row)) return undefined;
        const place = { file, row: row.row };
        const text = inputText(row.value('input'), { ...place, field: row.field('input') });
        const metadata = jsonIn(row.value('metadata'));
        const own = isJsonObject(metadata) ? metadata : {};
        const error = row.value('error');
        const failed = error !== undefined && error !== null && error !== '';
        const at = { ...place, field: row.field('scores') };
        const scores = scoreList(row.value('scores'));
        const score = failed ? undefined : namedScore(scores, reading.scoreColumn, at);
        const category = textIn(own.category) ?? textIn(objectAt(own, 'dataset')?.name);
        const answer = {
          ...{ question: idOfText(text), prompt: text, category, row: row.row },
          score: score?.score ?? null,
          field: score?.name ?? 'scores',
          // A score of null says that the scorer failed or had nothing to say.
          missing: failed ? 'error' : (score?.score ?? null) === null ? 'judge' : undefined,
        } as const;
        const said = textIn(own.model);
        // `Eval` leaves the metadata out where the task failed.
        if (failed && said === undefined && reading.model === undefined) {
          nameless.push(answer);
          return undefined;
        }
        const model = modelOf(said, reading, placeOf(row.row));
        models.add(model);
        return { ...answer, model };
      },
      end: () => {
        const only = models.size === 1 ? [...models][0] : undefined;
        return nameless.map((answer) => ({
          ...answer,
          model: modelOf(only, reading, placeOf(answer.row)),
        }));
      },
    };
  },
};

const SCORES = /^scores(?:\.|$)/;

/** Spans of newer SDKs have no identifier in common with their root's. */
function isAtRoot(row: TableRow): boolean {
  const said = row.value('is_root');
  if (said !== undefined && said !== null && said !== '') return said !== false && said !== 'false';
  const parents = jsonIn(row.value('span_parents'));
  if (Array.isArray(parents)) return parents.length === 0;
  const root = row.value('root_span_id');
  return root === undefined || root === row.value('span_id');
}
