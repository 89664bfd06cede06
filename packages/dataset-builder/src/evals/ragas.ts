import { usualColumns } from '../tables/column-names.js';
import { idOfText } from '../tables/read-planned.js';
import { scoreOfValue } from '../tables/score-text.js';
import type { TableRow } from '../tables/table-row.js';
import { inputText, textIn } from './input-text.js';
import { namedScore } from './named-score.js';
import { modelOf, type RowsTool } from './rows-tool.js';

/** Columns of a sample, in the names of versions 0.2 and later, and of 0.1; the others are metrics. */
const SAMPLE = new Set([
  ...['user_input', 'response', 'multi_responses', 'reference', 'rubrics', 'rubric'],
  ...['retrieved_contexts', 'reference_contexts', 'retrieved_context_ids'],
  ...['reference_context_ids', 'reference_tool_calls', 'reference_topics', 'reference_answer'],
  ...['synthesizer_name', 'persona_name', 'query_style', 'query_length'],
  ...['question', 'answer', 'contexts', 'ground_truth', 'ground_truths', 'episode_done'],
]);

/**
 * The table that RAGAS makes of an evaluation (`to_pandas`), as CSV, JSON or Parquet: a question in each
 * row, and a column of each metric. It does not name the model. A metric without a value is one that its judge
 * failed to give.
 */
export const ragas: RowsTool = {
  name: 'RAGAS',
  understood: 'question=user_input',
  isOf: (first) => {
    const { columns } = first;
    const isNew = columns.includes('user_input') && columns.includes('response');
    const isOld = ['question', 'answer', 'contexts'].every((name) => columns.includes(name));
    // Where a column names the model, a custom table says more.
    const namesModel = usualColumns(columns, 'model').length > 0;
    return (isNew || isOld) && !namesModel && metricsOf(first).length > 0;
  },
  read: (reading, file) => ({
    row: (row) => {
      const place = { file, row: row.row };
      const column = row.columns.includes('user_input') ? 'user_input' : 'question';
      const text = inputText(row.value(column), { ...place, field: row.field(column) });
      const model = modelOf(undefined, reading, { ...place, field: 'model' });
      const metrics = metricsOf(row).map((name) => ({ name, score: row.value(name) }));
      const score = namedScore(metrics, reading.scoreColumn, { ...place, field: 'metrics' });
      return {
        ...{ question: idOfText(text), prompt: text, model, row: row.row },
        category: textIn(row.value('synthesizer_name')),
        ...{ score: score?.score ?? null, field: score?.name ?? 'metrics' },
        missing: (score?.score ?? null) === null ? 'judge' : undefined,
      };
    },
  }),
};

/** Columns outside the sample that have a score, or lack one. */
function metricsOf(row: TableRow): string[] {
  return row.columns.filter(
    (name) =>
      !SAMPLE.has(name) &&
      !/^(?:|unnamed: \d+|index|id)$/i.test(name) &&
      scoreOfValue(row.value(name)) !== undefined,
  );
}
