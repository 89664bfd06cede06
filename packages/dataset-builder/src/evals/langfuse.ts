import { advice, DataError, namedOption } from '@embedllm/core';
import { isJsonObject, ownValue } from '../jsonl/parse-object.js';
import { idOfText } from '../tables/read-planned.js';
import type { TableRow } from '../tables/table-row.js';
import { inputText, jsonIn, textIn } from './input-text.js';
import { namedScore } from './named-score.js';
import { modelOf, type RowsTool } from './rows-tool.js';
import { scoreList } from './score-fields.js';

/** Names of fields that Langfuse gives to traces and observations alone. */
const MARKS =
  /^(?:traceId|trace_id|htmlPath|observations|projectId|project_id|sessionId|session_id)$/;

/**
 * Traces or observations of Langfuse with their scores, as its API and export have them. The model is
 * that of the observation, or of the first generation of the trace.
 */
export const langfuse: RowsTool = {
  name: 'Langfuse',
  understood: 'question=input, model=model',
  isOf: ({ columns }) =>
    columns.some((column) => MARKS.test(column)) &&
    (columns.some((column) => /^scores(?:\.|$)/.test(column)) ||
      (columns.includes('dataType') && columns.includes('value'))),
  read: (reading, file) => ({
    row: (row) => {
      const place = { file, row: row.row };
      if (row.columns.includes('dataType') && !row.columns.includes('input')) {
        throw new DataError(
          advice`has Langfuse scores without the questions. Export traces or observations with their scores, or join them by traceId and name the score column with ${namedOption('scoreColumn', 'value')}.`,
          place,
        );
      }
      const scores = scoreList(row.value('scores'));
      // Most of a project's traffic is not scored.
      if (!Array.isArray(scores) || scores.length === 0) return undefined;
      const text = inputText(row.value('input'), { ...place, field: row.field('input') });
      const model = modelOf(modelIn(row), reading, { ...place, field: row.field('model') });
      const failed = row.value('level') === 'ERROR';
      const at = { ...place, field: row.field('scores') };
      const score = failed ? undefined : namedScore(scores, reading.scoreColumn, at);
      return {
        ...{ question: idOfText(text), prompt: text, model, row: row.row },
        category: textIn(row.value('metadata.category')) ?? textIn(row.value('name')),
        score: score?.score ?? null,
        field: score?.name ?? 'scores',
        missing: failed ? 'error' : (score?.score ?? null) === null ? 'judge' : undefined,
      };
    },
  }),
};

function modelIn(row: TableRow): string | undefined {
  const own = ['model', 'providedModelName', 'provided_model_name', 'metadata.model'];
  const said = own.map((column) => textIn(row.value(column))).find((name) => name !== undefined);
  if (said !== undefined) return said;
  const observations = jsonIn(row.value('observations'));
  if (!Array.isArray(observations)) return undefined;
  const generation: unknown = observations.find(
    (each: unknown) => isJsonObject(each) && ownValue(each, 'type') === 'GENERATION',
  );
  return isJsonObject(generation) ? textIn(ownValue(generation, 'model')) : undefined;
}
