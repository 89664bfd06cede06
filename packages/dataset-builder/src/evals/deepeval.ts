import { advice, DataError, namedOption } from '@embedllm/core';
import { didYouMean } from '@embedllm/internals';
import { describeFound, isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { idOfText } from '../tables/read-planned.js';
import { scoreOfValue } from '../tables/score-text.js';
import type { EvalsAnswer, EvalsReading } from './evals-answer.js';
import { inputText, objectAt, textIn } from './input-text.js';
import { modelOf } from './rows-tool.js';

/** Whether the beginning of a JSON object is that of a test run of DeepEval. */
export function isDeepEval(head: string): boolean {
  if (/^\{\s*"testRunLink"/.test(head)) return true;
  return (
    /"(?:testCases|testResults)"\s*:\s*\[/.test(head) &&
    /"(?:metricsData|actualOutput|testPassed)"/.test(head)
  );
}

/**
 * The answers in a test run of DeepEval (`.deepeval/.latest_test_run.json`, a file of
 * `DEEPEVAL_RESULTS_FOLDER`, or what `evaluate` of its TypeScript returns): the label is whether the test case passed, or the metric that is named.
 * The model is a hyperparameter of the run, or has to be named.
 *
 * @throws DataError with the position of the test case.
 */
export function* deepEvalAnswers(
  results: JsonObject,
  reading: EvalsReading,
  file: string,
): Generator<EvalsAnswer> {
  const run = objectAt(results, 'testRunData') ?? results;
  if (ownValue(results, 'testRunLink') !== undefined && run === results) {
    throw new DataError(
      'has the link to a test run on the DeepEval server, but no test cases. Set DEEPEVAL_RESULTS_FOLDER for a run, and DeepEval writes its test cases to that folder.',
      { file, field: 'testRunLink' },
    );
  }
  const list = ownValue(run, 'testCases') === undefined ? 'testResults' : 'testCases';
  const cases = ownValue(run, list);
  if (!Array.isArray(cases) || cases.length === 0) {
    throw new DataError(`must be a list of test cases, but ${describeFound(cases)}.`, {
      ...{ file, field: list },
    });
  }
  const hyperparameters = objectAt(run, 'hyperparameters');
  const said = textIn(ownValue(hyperparameters ?? {}, 'model'));
  for (const [index, each] of cases.entries()) {
    const row = index + 1;
    const field = `${list}[${index}]`;
    if (!isJsonObject(each)) {
      throw new DataError('must be a JSON object.', { file, row, field });
    }
    const text = inputText(ownValue(each, 'input'), { file, row, field: `${field}.input` });
    const model = modelOf(said, reading, { file, row, field: 'hyperparameters.model' });
    const { score, name, isUnjudged } = scoreOf(each, reading.scoreColumn, { file, row, field });
    yield {
      ...{ question: idOfText(text), prompt: text, category: undefined, model, row },
      ...{ score, field: name, missing: isUnjudged ? 'judge' : undefined },
    };
  }
}

/** A metric that was skipped or ended in an error says nothing of the answer. */
function scoreOf(
  testCase: JsonObject,
  wanted: string | undefined,
  place: { readonly file: string; readonly row: number; readonly field: string },
): { score: number | null; name: string; isUnjudged: boolean } {
  const given = ownValue(testCase, 'metricsData');
  const metrics = Array.isArray(given) ? given.filter(isJsonObject) : [];
  const field = `${place.field}.metricsData`;
  const named = metrics.filter((metric) => wanted === undefined || metric.name === wanted);
  if (wanted !== undefined && named.length === 0 && metrics.length > 0) {
    const names = metrics.map(({ name }) => String(name));
    throw new DataError(
      advice`has no metric ${wanted}.${didYouMean(wanted, names)} Available: ${names.join(', ')}. Choose one with ${namedOption('scoreColumn', names[0] ?? 'NAME')}.`,
      { ...place, field },
    );
  }
  const hasFailed = named.some(
    ({ error, skipped }) => textIn(error) !== undefined || skipped === true,
  );
  const passed = wanted === undefined ? ownValue(testCase, 'success') : named[0]?.success;
  const score = scoreOfValue(passed);
  if (score === undefined) {
    throw new DataError(`must be true or false, but ${describeFound(passed)}.`, {
      ...place,
      field: `${place.field}.success`,
    });
  }
  const isUnjudged = hasFailed || score === null || named.length === 0;
  return { score: isUnjudged ? null : score, name: wanted ?? 'success', isUnjudged };
}
