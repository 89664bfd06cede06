import {
  CorrectnessMatrix,
  EmbedLLMError,
  type EvaluationDataset,
  MISSING,
  type ModelInfo,
} from '@embedllm/core';
import { orderOfIds, permute } from '../embedllm/order-of-ids.js';
import { assertThreshold } from '../harness/read-harness-samples.js';
import { parseObject } from '../jsonl/parse-object.js';
import type { StoreSession } from './store-session.js';

/** Options of `EvaluationStore.toDataset`. */
export interface ToDatasetOptions {
  /**
   * The lowest score that counts as correct, above 0 and at most 1.
   *
   * @default scores must be exactly 0 or 1
   */
  readonly threshold?: number | undefined;
  /** Only the questions of these categories. @default all */
  readonly categories?: readonly string[] | undefined;
  /** Largest number of questions times models. @default 2^28 */
  readonly maxCells?: number | undefined;
}

/**
 * Reads a store into memory: models in the order of import, questions by id where all ids are
 * integers, as in the published tensors, else in the order of import.
 */
export async function readDataset(
  session: StoreSession,
  { threshold, categories, maxCells = 2 ** 28 }: ToDatasetOptions,
): Promise<EvaluationDataset> {
  assertThreshold(threshold);
  const chosen = new Set(categories);
  const questionRows = (
    await session.rows(
      `SELECT question_id, ${guarded('id')}, ${guarded('category')}, ${guarded('prompt')}
        FROM questions ORDER BY question_id`,
    )
  ).filter(({ category }) => categories === undefined || chosen.has(unguarded(category)));
  const order = orderOfIds(questionRows.map(({ id }) => unguarded(id)));
  const ordered = permute(questionRows, order);
  const modelRows = await session.rows(
    `SELECT model_id, ${guarded('name')}, info FROM models ORDER BY model_id`,
  );
  const width = modelRows.length;
  if (ordered.length * width > maxCells) {
    throw new EmbedLLMError(
      'invalid-argument',
      `${ordered.length} questions x ${width} models are more than the ${maxCells} labels allowed. Choose categories or raise maxCells.`,
    );
  }
  const rowOf = new Map(ordered.map(({ question_id }, row) => [Number(question_id), row]));
  const columnOf = new Map(modelRows.map(({ model_id }, column) => [Number(model_id), column]));
  const labels = new Uint8Array(ordered.length * width).fill(MISSING);
  const result = await session.connection.stream(
    'SELECT question_id, model_id, score FROM responses',
  );
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (const [question, model, score] of chunk.getRows()) {
      const row = rowOf.get(Number(question));
      const column = columnOf.get(Number(model));
      if (row === undefined || column === undefined) continue;
      labels[row * width + column] = labelOf(Number(score), threshold);
    }
  }
  return {
    questions: ordered.map(({ id, category, prompt }) => ({
      id: unguarded(id),
      category: unguarded(category),
      prompt: unguarded(prompt),
    })),
    models: modelRows.map(({ name, info }) => modelOf(unguarded(name), info)),
    correctness: new CorrectnessMatrix({
      questions: ordered.map(({ id }) => unguarded(id)),
      models: modelRows.map(({ name }) => unguarded(name)),
      labels,
    }),
  };
}

/** DuckDB's client drops a byte order mark at the start of text, so another character goes first. */
function guarded(column: string): string {
  return `'=' || ${column} AS ${column}`;
}

function unguarded(text: unknown): string {
  return String(text).slice(1);
}

function labelOf(score: number, threshold: number | undefined): 0 | 1 {
  if (threshold !== undefined) return score >= threshold ? 1 : 0;
  if (score === 0 || score === 1) return score;
  throw new EmbedLLMError(
    'invalid-argument',
    `The store has graded scores, such as ${score}. Say with threshold from where on a score counts as correct.`,
  );
}

function modelOf(name: string, info: unknown): ModelInfo {
  return typeof info === 'string' ? { ...parseObject(info, { file: 'models' }), name } : { name };
}
