import { advice, DataError, namedOption } from '@embedllm/core';
import { describeFound, isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { chatText } from '../tables/chat-text.js';
import { idOfText } from '../tables/read-planned.js';
import type { EvalsAnswer, EvalsReading } from './evals-answer.js';
import { namedScore } from './named-score.js';

/** Whether the beginning of a JSON object is that of a report of Vitest. */
export function isVitestReport(head: string): boolean {
  return /"testResults"\s*:\s*\[/.test(head) && head.includes('"assertionResults"');
}

/**
 * The answers in a JSON report of Vitest whose tests vitest-evals ran: a question for each text that
 * the user said, the model that the harness names, and the score of the only judge or of the one that
 * is named. Tests without an evaluation are skipped.
 *
 * @throws DataError with the position of the test.
 */
export function* vitestEvalsAnswers(
  report: JsonObject,
  { model, scoreColumn }: EvalsReading,
  file: string,
): Generator<EvalsAnswer> {
  let row = 0;
  let isEvaluated = false;
  for (const test of testsOf(report, file)) {
    row++;
    const meta = objectAt(test, 'meta');
    const run = objectAt(objectAt(meta, 'harness'), 'run');
    const evaluation = objectAt(meta, 'eval');
    // A test that is not an evaluation.
    if (run === undefined && evaluation === undefined) continue;
    isEvaluated = true;
    const place = { file, row };
    const session = objectAt(run, 'session');
    const said = ownValue(session ?? {}, 'events');
    const messages = Array.isArray(said)
      ? said.filter((event) => isJsonObject(event) && ownValue(event, 'type') === 'message')
      : [];
    const title = ownValue(test, 'title');
    const prompt = chatText(messages) ?? (typeof title === 'string' ? title : '');
    const name = nameOf(ownValue(session ?? {}, 'model')) ?? usedModel(run) ?? model;
    if (name === undefined) {
      throw new DataError(
        advice`does not name the model. Let the harness set session.model, or name it with ${namedOption('model', 'NAME')}.`,
        { ...place, field: 'meta.harness.run.session.model' },
      );
    }
    const at = { ...place, field: 'meta.eval.scores' };
    const score = namedScore(ownValue(evaluation ?? {}, 'scores'), scoreColumn, at);
    if (prompt.trim() === '') {
      throw new DataError('the test has neither a user message nor a title.', place);
    }
    yield {
      ...{ question: idOfText(prompt), prompt, category: undefined, model: name, row },
      score: score?.score ?? null,
      field: score?.name ?? 'scores',
      // A harness that throws leaves no evaluation.
      missing: evaluation === undefined ? 'error' : score === undefined ? 'judge' : undefined,
    };
  }
  if (!isEvaluated) {
    throw new DataError('is a Vitest report without any vitest-evals evaluation.', {
      file,
    });
  }
}

function* testsOf(report: JsonObject, file: string): Generator<JsonObject> {
  const files = ownValue(report, 'testResults');
  for (const each of Array.isArray(files) ? files : []) {
    const tests = isJsonObject(each) ? ownValue(each, 'assertionResults') : undefined;
    if (!Array.isArray(tests) || !tests.every(isJsonObject)) {
      throw new DataError(`must be a list of tests, but ${describeFound(tests)}.`, {
        file,
        field: 'testResults.assertionResults',
      });
    }
    yield* tests;
  }
}

function usedModel(run: JsonObject | undefined): string | undefined {
  return nameOf(ownValue(objectAt(run, 'usage') ?? {}, 'model'));
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function objectAt(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object === undefined ? undefined : ownValue(object, name);
  return isJsonObject(value) ? value : undefined;
}
