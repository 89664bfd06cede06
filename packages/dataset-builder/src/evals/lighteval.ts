import { basename, dirname } from 'node:path';
import { idOfText } from '../tables/read-planned.js';
import type { TableRow } from '../tables/table-row.js';
import { firstMetric } from './first-metric.js';
import { inputText, jsonIn, textIn } from './input-text.js';
import { modelOf, type RowsTool } from './rows-tool.js';

/** Columns of the question and of the metrics, by version. */
const FORMS = [
  ['example', 'metrics'],
  ['full_prompt', 'metrics'],
  ['__doc__.query', '__metric__'],
  ['doc.query', 'metric'],
] as const;

/** The first of these that an answer has counts where none is named. */
const METRICS = [
  ...['acc', 'exact_match', 'extractive_match', 'em', 'qem', 'pem', 'pqem', 'maj@1', 'pass@1'],
  ...['prompt_level_strict_acc', 'acc_norm', 'mc1', 'f1'],
];

/**
 * Details of lighteval and of the first Open LLM Leaderboard: Parquet, a file for each task, in
 * `details/<model>/<time>/details_<task>_<time>.parquet`, or in a dataset `details_<org>__<model>`.
 */
export const lighteval: RowsTool = {
  name: 'lighteval',
  understood: 'question=query, model=folder',
  isOf: (first) => formOf(first) !== undefined,
  read: (reading, file) => {
    const category = taskOf(file);
    const folder = modelOfPath(file);
    return {
      row: (row) => {
        const place = { file, row: row.row };
        const [question, metrics] = formOf(row) ?? FORMS[0];
        const text = inputText(row.value(question), { ...place, field: row.field(question) });
        const said = reading.model === undefined ? folder : undefined;
        const model = modelOf(said, reading, { ...place, field: 'model' });
        const given = row.value(metrics);
        // Where metrics differ in kind, it writes them as Python prints them.
        const value = typeof given === 'string' ? dictionary(given) : given;
        const at = { ...place, field: row.field(metrics) };
        const { name, score } = firstMetric(value, reading.scoreColumn, METRICS, at);
        return {
          ...{ question: idOfText(text), prompt: text, category, model, row: row.row },
          ...{ score, field: name, missing: score === null ? 'judge' : undefined },
        };
      },
    };
  },
};

function formOf(row: TableRow): (typeof FORMS)[number] | undefined {
  return FORMS.find(
    ([question, metrics]) =>
      textIn(row.value(question)) !== undefined &&
      row.columns.some((column) => column === metrics || column.startsWith(`${metrics}.`)),
  );
}

/** A dictionary of names and numbers as Python prints it. */
function dictionary(text: string): unknown {
  const json = text
    .replaceAll("'", '"')
    .replaceAll(/\b(?:nan|None)\b/g, 'null')
    .replaceAll(/\bTrue\b/g, 'true')
    .replaceAll(/\bFalse\b/g, 'false');
  return jsonIn(json);
}

/**
 * `arc:challenge` of `details_harness|arc:challenge|25_2023-09-03T10-57-04.203304.parquet`. Versions of
 * lighteval put a suite before the task or do not, and one number or two of examples after it.
 */
function taskOf(file: string): string | undefined {
  const [, task] = /^details_(.+?)_\d{4}-\d\d-\d\dT/.exec(basename(file)) ?? [];
  return task
    ?.replace(/(?:\|\d+)+$/, '')
    .split('|')
    .at(-1);
}

/** `org/model` of the folders that lighteval writes into, or of the name of a dataset. */
function modelOfPath(file: string): string | undefined {
  const parts = dirname(file).split(/[\\/]/);
  const at = parts.lastIndexOf('details');
  const inFolder =
    at < 0 ? [] : parts.slice(at + 1).filter((part) => !/^\d{4}-\d\d-\d\dT/.test(part));
  if (inFolder.length > 0) return inFolder.join('/');
  const dataset = parts.findLast((part) => /^details_.+__.+/.test(part));
  return dataset
    ?.replace(/^details_/, '')
    .replace(/_private$/, '')
    .replace('__', '/');
}
