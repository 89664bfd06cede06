import {
  advice,
  CorrectnessMatrix,
  EmbedLLMError,
  type EvaluationDataset,
  type ModelInfo,
  namedOption,
  type Progress,
  type Question,
} from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';
import { orderOfIds, permute } from '../embedllm/order-of-ids.js';
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
  /** Largest number of questions times models, or where it is less of 20 x labels. @default 2^28 */
  readonly maxCells?: number | undefined;
  /** Stops reading; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called from time to time with the progress so far. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Reads a store into memory: models as they first appear, questions by id where all ids are
 * integers, as in the published tensors, else as they first appear. Memory is that of the result,
 * and 9 bytes for each label while it is sorted.
 */
export async function readDataset(
  session: StoreSession,
  { threshold, categories, maxCells = 2 ** 28, signal, onProgress }: ToDatasetOptions,
): Promise<EvaluationDataset> {
  checkNumber('threshold', threshold, { above: 0, max: 1, optional: true });
  const { questions, keys } = await readQuestions(session, categories, signal);
  const modelRows = await session.rows(
    `SELECT model_id, ${guarded('name')}, info FROM models ORDER BY model_id`,
  );
  const models = modelRows.map(({ name, info }) => modelOf(unguarded(name), info));
  const stored = await session.count('SELECT count(*) FROM responses');
  const cells = questions.length * models.length;
  // Where few labels are there they are kept as a list: 20 cells stand for a label of it.
  if (Math.min(cells, 20 * stored) > maxCells) {
    throw new EmbedLLMError(
      advice`${questions.length} questions x ${models.length} models exceed the limit of ${maxCells} labels. Select categories or raise ${namedOption('maxCells')}.`,
      { code: 'invalid-argument' },
    );
  }
  const rowOf = indexOfKeys(keys);
  const columnOf = indexOfKeys(modelRows.map(({ model_id }) => Number(model_id)));
  const entries = {
    questions: new Uint32Array(stored),
    models: new Uint32Array(stored),
    labels: new Uint8Array(stored),
  };
  let count = 0;
  let read = 0;
  await session.eachChunk(
    'SELECT question_id, model_id, score FROM responses',
    ([question = [], model = [], score = []]) => {
      for (let index = 0; index < score.length; index++) {
        const row = rowOf[Number(question[index])] ?? -1;
        const column = columnOf[Number(model[index])] ?? -1;
        if (row < 0 || column < 0) continue;
        entries.questions[count] = row;
        entries.models[count] = column;
        entries.labels[count++] = labelOf(Number(score[index]), threshold);
      }
      read += score.length;
      onProgress?.({ phase: 'read', done: read, total: stored, unit: 'labels' });
    },
    signal,
  );
  return {
    questions,
    models,
    correctness: new CorrectnessMatrix({
      questions: questions.map(({ id }) => id),
      models: models.map(({ name }) => name),
      labels: {
        questions: entries.questions.subarray(0, count),
        models: entries.models.subarray(0, count),
        labels: entries.labels.subarray(0, count),
      },
    }),
  };
}

/** The chosen questions in their order, and the store's key of each. */
async function readQuestions(
  session: StoreSession,
  categories: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<{ questions: readonly Question[]; keys: readonly number[] }> {
  const chosen = categories && new Set(categories);
  const questions: Question[] = [];
  const keys: number[] = [];
  /** Each name once: a column of them has a text of its own in every row. */
  const names = new Map<string, string>();
  await session.eachChunk(
    `SELECT question_id, ${guarded('id')}, ${guarded('category')}, ${guarded('prompt')}
      FROM questions ORDER BY question_id`,
    ([key = [], id = [], category = [], prompt = []]) => {
      for (let index = 0; index < key.length; index++) {
        const text = unguarded(category[index]);
        if (chosen?.has(text) === false) continue;
        const name = names.get(text) ?? text;
        names.set(name, name);
        keys.push(Number(key[index]));
        questions.push({
          id: unguarded(id[index]),
          category: name,
          prompt: unguarded(prompt[index]),
        });
      }
    },
    signal,
  );
  const order = orderOfIds(questions.map(({ id }) => id));
  return { questions: permute(questions, order), keys: permute(keys, order) };
}

/** The position of each key, which are small integers; -1 for a number that is none of them. */
function indexOfKeys(keys: readonly number[]): Int32Array {
  const indices = new Int32Array(keys.reduce((most, key) => Math.max(most, key + 1), 0)).fill(-1);
  keys.forEach((key, index) => {
    indices[key] = index;
  });
  return indices;
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
    advice`There are graded scores, such as ${score}. Set the lowest score that counts as correct with ${namedOption('threshold')}.`,
    { code: 'invalid-argument' },
  );
}

function modelOf(name: string, info: unknown): ModelInfo {
  return typeof info === 'string' ? { ...parseObject(info, { file: 'models' }), name } : { name };
}
