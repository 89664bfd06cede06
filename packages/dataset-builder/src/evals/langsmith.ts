import { idOfText } from '../tables/read-planned.js';
import { inputText, textIn } from './input-text.js';
import { namedScore } from './named-score.js';
import { modelOf, type RowsTool } from './rows-tool.js';
import { scoreList } from './score-fields.js';

/**
 * Rows of an experiment of LangSmith, as `evaluate` gives them in Python and TypeScript: `run`,
 * `example` and `evaluation_results` (`evaluationResults`). The model is `ls_model_name` of the run's
 * metadata, else that of the experiment's, else the experiment's name.
 */
export const langsmith: RowsTool = {
  name: 'LangSmith',
  understood: 'question=example.inputs, model=ls_model_name',
  isOf: ({ columns }) =>
    columns.some((column) => column.startsWith('run.')) &&
    columns.some((column) => column.startsWith('example.')) &&
    columns.some((column) => /^evaluation_?results/i.test(column)),
  read: (reading, file) => ({
    row: (row) => {
      const place = { file, row: row.row };
      const inputs = row.value('example.inputs') ?? row.value('run.inputs');
      const text = inputText(inputs, { ...place, field: row.field('example.inputs') });
      const said = [
        ...['run.extra.metadata.ls_model_name', 'run.extra.metadata.model'],
        ...['run.session_name', 'experiment_name'],
      ].map((column) => textIn(row.value(column)));
      const model = modelOf(
        said.find((name) => name !== undefined),
        reading,
        { ...place, field: row.field('run.extra.metadata.ls_model_name') },
      );
      const failed = textIn(row.value('run.error')) !== undefined;
      const results = [
        ...['evaluation_results.results', 'evaluationResults.results'],
        ...['evaluation_results', 'evaluationResults'],
      ]
        .map((column) => row.value(column))
        .find((value) => Array.isArray(value));
      const at = { ...place, field: row.field('evaluation_results.results') };
      const score = failed ? undefined : namedScore(scoreList(results), reading.scoreColumn, at);
      return {
        question: idOfText(text),
        ...{ prompt: text, category: textIn(row.value('example.metadata.category')) },
        ...{ model, row: row.row },
        score: score?.score ?? null,
        field: score?.name ?? 'evaluation_results',
        missing: failed ? 'error' : (score?.score ?? null) === null ? 'judge' : undefined,
      };
    },
  }),
};
