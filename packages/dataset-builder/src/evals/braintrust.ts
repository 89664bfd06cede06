import { isJsonObject } from '../jsonl/parse-object.js';
import { idOfText } from '../tables/read-planned.js';
import { inputText, jsonIn, objectAt, textIn } from './input-text.js';
import { namedScore } from './named-score.js';
import { modelOf, type RowsTool } from './rows-tool.js';
import { scoreList } from './score-fields.js';

/**
 * The spans of an experiment of Braintrust, as its API, JSON and CSV have them: those at the root,
 * with the only score or the one that is named. The model is `metadata.model`.
 */
export const braintrust: RowsTool = {
  name: 'Braintrust',
  understood: 'question=input, model=metadata.model',
  isOf: ({ columns }) =>
    columns.some((column) => /^(?:root_span_id|span_id|is_root)$/.test(column)) &&
    columns.some((column) => /^scores(?:\.|$)/.test(column)),
  read: (reading, file) => ({
    row: (row) => {
      const root = row.value('root_span_id');
      const isRoot = row.value('is_root') ?? (root === undefined || root === row.value('span_id'));
      if (isRoot === false || isRoot === 'false') return undefined;
      const place = { file, row: row.row };
      const text = inputText(row.value('input'), { ...place, field: row.field('input') });
      const metadata = jsonIn(row.value('metadata'));
      const said = isJsonObject(metadata) ? textIn(metadata.model) : undefined;
      const model = modelOf(said, reading, { ...place, field: row.field('metadata.model') });
      const error = row.value('error');
      const failed = error !== undefined && error !== null && error !== '';
      const at = { ...place, field: row.field('scores') };
      const scores = scoreList(row.value('scores'));
      const score = failed ? undefined : namedScore(scores, reading.scoreColumn, at);
      const category = isJsonObject(metadata)
        ? (textIn(metadata.category) ?? textIn(objectAt(metadata, 'dataset')?.name))
        : undefined;
      return {
        ...{ question: idOfText(text), prompt: text, category, model, row: row.row },
        score: score?.score ?? null,
        field: score?.name ?? 'scores',
        // A score of null says that the scorer failed or had nothing to say.
        missing: failed ? 'error' : (score?.score ?? null) === null ? 'judge' : undefined,
      };
    },
  }),
};
