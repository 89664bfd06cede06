import { isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { idOfText } from '../tables/read-planned.js';
import { inputText, textIn } from './input-text.js';
import { namedScore } from './named-score.js';
import { modelOf, type RowsTool } from './rows-tool.js';

/**
 * Items of a run of OpenAI's Evals API (`GET /evals/{id}/runs/{id}/output_items`), as a list, in
 * `data`, or a line each. The label is `passed` of the only grader or of the one that is named.
 */
export const openAIEvalsItems: RowsTool = {
  name: 'OpenAI Evals',
  understood: 'question=sample.input, model=sample.model',
  isOf: (first) => first.value('object') === 'eval.run.output_item',
  read: (reading, file) => ({
    row: (row) => {
      const place = { file, row: row.row };
      const asked = row.value('sample.input');
      const hasInput = Array.isArray(asked) && asked.length > 0;
      const text = inputText(hasInput ? asked : row.value('datasource_item'), {
        ...place,
        field: row.field(hasInput ? 'sample.input' : 'datasource_item'),
      });
      const model = modelOf(textIn(row.value('sample.model')), reading, {
        ...place,
        field: row.field('sample.model'),
      });
      const failed =
        textIn(row.value('sample.error.message')) !== undefined || row.value('status') === 'error';
      const at = { ...place, field: row.field('results') };
      const results = row.value('results');
      const graded = Array.isArray(results) ? results.map(passed) : results;
      const score = failed ? undefined : namedScore(graded, reading.scoreColumn, at);
      return {
        ...{ question: idOfText(text), prompt: text, category: undefined, model, row: row.row },
        score: score?.score ?? null,
        field: score?.name ?? 'results',
        missing: failed ? 'error' : score === undefined ? 'judge' : undefined,
      };
    },
  }),
};

/** A grader's score is on a scale of its own; whether it passed is not. */
function passed(result: unknown): unknown {
  if (!isJsonObject(result)) return result;
  const isPassed = ownValue(result, 'passed');
  const graded: JsonObject = { name: ownValue(result, 'name'), score: isPassed };
  return typeof isPassed === 'boolean' ? graded : result;
}
