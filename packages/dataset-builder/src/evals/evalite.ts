import { advice, DataError, namedOption } from '@embedllm/core';
import type { Place } from '../csv/columns.js';
import { describeFound, isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { idOfText } from '../tables/read-planned.js';
import type { EvalsAnswer, EvalsReading } from './evals-answer.js';
import { inputText } from './input-text.js';
import { namedScore } from './named-score.js';

/** Whether the beginning of a JSON object is that of evalite's results. */
export function isEvalite(head: string): boolean {
  return /"evals"\s*:\s*\[/.test(head) && /"(?:variantName|renderedColumns|colOrder)"/.test(head);
}

/**
 * The answers in what `evalite --outputPath` writes: a question for each input, a model for each
 * variant (`evalite.each`), and the score of the only scorer or of the one that is named.
 *
 * @throws DataError with the position of the result.
 */
export function* evaliteAnswers(
  results: JsonObject,
  { model, scoreColumn }: EvalsReading,
  file: string,
): Generator<EvalsAnswer> {
  let row = 0;
  for (const [index, evaluation] of listOf(results, 'evals', { file }).entries()) {
    const field = `evals[${index}]`;
    const variant = ownValue(evaluation, 'variantName');
    const group = ownValue(evaluation, 'variantGroup') ?? ownValue(evaluation, 'name');
    const name = typeof variant === 'string' && variant !== '' ? variant : model;
    for (const result of listOf(evaluation, 'results', { file, field })) {
      row++;
      const place = { file, row };
      if (name === undefined) {
        throw new DataError(
          advice`does not name the model: the evaluation has no variant (evalite.each). Name it with ${namedOption('model', 'NAME')}.`,
          { ...place, field: `${field}.variantName` },
        );
      }
      const prompt = inputText(ownValue(result, 'input'), { ...place, field: `${field}.input` });
      const failed = ownValue(result, 'status') !== 'success';
      const score = failed
        ? undefined
        : namedScore(ownValue(result, 'scores'), scoreColumn, { ...place, field: 'scores' });
      yield {
        ...{ question: idOfText(prompt), prompt, model: name, row },
        category: typeof group === 'string' && group !== '' ? group : undefined,
        score: score?.score ?? null,
        field: score?.name ?? 'scores',
        missing: failed ? 'error' : score === undefined ? 'judge' : undefined,
      };
    }
  }
}

function listOf(
  object: JsonObject,
  name: string,
  { file, field }: Pick<Place, 'file'> & { readonly field?: string },
): readonly JsonObject[] {
  const list = ownValue(object, name);
  if (Array.isArray(list) && list.every(isJsonObject)) return list;
  const path = field === undefined ? name : `${field}.${name}`;
  throw new DataError(`must be a list of objects, but ${describeFound(list)}.`, {
    file,
    field: path,
  });
}
