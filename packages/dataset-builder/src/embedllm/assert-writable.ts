import {
  EmbedLLMError,
  type EvaluationDataset,
  type Matrix,
  type ModelInfo,
  type QuestionSplit,
} from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';
import { AMOUNT_FIELDS } from '../models/model-columns.js';

/**
 * Checks that CSV tables of a dataset would read back as the same dataset.
 *
 * @throws EmbedLLMError `shape-mismatch` or `invalid-argument` saying what would not.
 */
export function assertWritable(
  dataset: EvaluationDataset,
  added: { readonly split: QuestionSplit | undefined; readonly embeddings: Matrix | undefined },
): void {
  const { questions, models, correctness } = dataset;
  assertSameNames(
    'questions',
    questions.map(({ id }) => id),
    correctness.questions,
  );
  assertSameNames(
    'models',
    models.map(({ name }) => name),
    correctness.models,
  );
  if (correctness.countObserved() === 0) {
    throw new EmbedLLMError('The dataset has no labels, so there is nothing to write.', {
      code: 'invalid-argument',
    });
  }
  for (const { id, category, prompt } of questions) {
    const where = `question ${JSON.stringify(id)}`;
    assertText(id, 'id', where);
    assertText(category, 'category', where);
    assertCharacters(prompt, 'prompt', where);
  }
  for (const model of models) assertModel(model);
  if (added.split) assertSplit(added.split, questions.length);
  if (added.embeddings && added.embeddings.rows !== questions.length) {
    throw new EmbedLLMError(
      `The embeddings have ${added.embeddings.rows} rows for ${questions.length} questions.`,
      { code: 'shape-mismatch' },
    );
  }
}

function assertSameNames(what: string, list: readonly string[], matrix: readonly string[]): void {
  if (list.length === matrix.length && list.every((name, index) => name === matrix[index])) return;
  throw new EmbedLLMError(
    `The ${list.length} ${what} of the dataset must be the ${matrix.length} ${what} of its correctness matrix, in the same order.`,
    { code: 'shape-mismatch' },
  );
}

function assertModel(model: ModelInfo): void {
  const where = `model ${JSON.stringify(model.name)}`;
  assertText(model.name, 'name', where);
  if (model.family !== undefined) assertText(model.family, 'family', where);
  for (const field of ['capabilities', 'regions'] as const) {
    for (const item of model[field] ?? []) assertText(item, field, where);
  }
  for (const field of AMOUNT_FIELDS) {
    const value = model[field];
    checkNumber(`The ${field} of ${where}`, value, { min: 0, optional: true });
  }
}

function assertText(text: string, what: string, where: string): void {
  if (text === '') {
    throw new EmbedLLMError(`The ${what} of ${where} is empty.`, { code: 'invalid-argument' });
  }
  assertCharacters(text, what, where);
}

function assertCharacters(text: string, what: string, where: string): void {
  if (text.includes('\0')) {
    throw new EmbedLLMError(`The ${what} of ${where} has a NUL character.`, {
      code: 'invalid-argument',
    });
  }
  if (/\p{Surrogate}/u.test(text)) {
    throw new EmbedLLMError(
      `The ${what} of ${where} has half a surrogate pair, which UTF-8 cannot encode.`,
      { code: 'invalid-argument' },
    );
  }
}

function assertSplit(split: QuestionSplit, questionCount: number): void {
  const seen = new Uint8Array(questionCount);
  for (const part of ['train', 'validation', 'test'] as const) {
    for (const index of split[part]) {
      if (!Number.isInteger(index) || index < 0 || index >= questionCount || seen[index] === 1) {
        throw new EmbedLLMError(
          `The split's ${part} part contains ${index}, which is not a question or occurs twice in the split.`,
          { code: 'invalid-argument' },
        );
      }
      seen[index] = 1;
    }
  }
  const missing = seen.indexOf(0);
  if (missing >= 0) {
    throw new EmbedLLMError(`Question ${missing} is not in any part of the split.`, {
      code: 'invalid-argument',
    });
  }
}
