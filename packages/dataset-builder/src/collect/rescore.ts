import { EmbedLLMError, type Progress } from '@embedllm/core';
import { parseRecords } from '../jsonl/parse-records.js';
import { readLines } from '../jsonl/read-lines.js';
import { createScorer, type ScorerName } from '../scoring/create-scorer.js';
import type { Scorer } from '../scoring/scorer.js';
import { type CollectQuestion, scorerLabel } from './collect-question.js';
import { assertCollectRecord, type CollectRecord } from './collect-record.js';
import { replaceRecord } from './record-file.js';
import { lockRecord } from './record-lock.js';
import { scoreOutput } from './score-output.js';

/** Options of `rescore`. */
export interface RescoreOptions {
  /** Path of the record, which is replaced once all is scored. */
  readonly record: string;
  /**
   * Questions whose key or scorer has changed, by id; others keep those of the record.
   *
   * @default none
   */
  readonly questions?: readonly Pick<CollectQuestion, 'id' | 'key' | 'scorer'>[] | undefined;
  /** For all questions that name none here. @default that of the record, by its name */
  readonly scorer?: ScorerName | Scorer | undefined;
  /** Whether `python` may be named, which runs programs on this machine. @default false */
  readonly allowPython?: boolean | undefined;
  /** Stops scoring; the record is then as it was. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each answer. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What scoring again has changed. */
export interface RescoreResult {
  /** The newest of each model and question. */
  readonly records: readonly CollectRecord[];
  /** Answers that were scored. */
  readonly scored: number;
  /** Answers whose outcome is another now. */
  readonly changed: number;
  /** Answers that are undecided now. */
  readonly undecided: number;
}

/**
 * Scores the answers of a record again, without asking anything: after a key was corrected, with
 * another scorer, or with a newer version of one. The record is replaced in one step.
 *
 * @throws DataError where the record is malformed, in use by `collect` or cannot be written; EmbedLLMError
 * `invalid-argument` where a scorer is needed that is not built in and not given; the signal's reason
 * when it is aborted; what a scorer throws.
 */
export async function rescore(options: RescoreOptions): Promise<RescoreResult> {
  const unlock = await lockRecord(options.record);
  try {
    return await rescoreIn(options);
  } finally {
    await unlock();
  }
}

async function rescoreIn(options: RescoreOptions): Promise<RescoreResult> {
  const { record: file, signal, onProgress } = options;
  const lines: CollectRecord[] = [];
  const newest = new Map<string, number>();
  for await (const { object, row } of parseRecords(file, readLines(file, { signal }))) {
    assertCollectRecord(object, file, row);
    newest.set(object.call, lines.length);
    lines.push(object);
  }
  const questions = new Map(options.questions?.map((question) => [question.id, question]));
  const choose = chooser(options);
  const open = [...newest.values()].filter((index) => lines[index]?.output !== undefined);
  let [changed, undecided] = [0, 0];
  for (const [done, index] of open.entries()) {
    signal?.throwIfAborted();
    const record = lines[index];
    if (record?.output === undefined || record.status === 'error') continue;
    const question = questions.get(record.questionId);
    const key = question === undefined ? record.key : question.key;
    const scorer = choose(question?.scorer, record);
    const { output, prompt, instructions, finishReason, maxOutputTokens } = record;
    const answer = { output, prompt, instructions, key, finishReason, maxOutputTokens };
    const { cost, ...score } = await scoreOutput(scorer, answer, signal);
    const sum = record.cost + cost;
    lines[index] = { ...record, key, scorer: scorerLabel(scorer), ...score, cost: sum };
    if (score.outcome !== record.outcome) changed++;
    if (score.outcome === null) undecided++;
    onProgress?.({ phase: 'rescore', done: done + 1, total: open.length, unit: 'answers' });
  }
  await replaceRecord(file, lines);
  const records = [...newest.values()].flatMap((index) => lines[index] ?? []);
  const scored = open.filter((index) => lines[index]?.status === 'ok').length;
  return { records, scored, changed, undecided };
}

/** The scorer of an answer: its question's, else the run's, else the one that the record names. */
function chooser({
  scorer: fallback,
  allowPython,
}: RescoreOptions): (own: ScorerName | Scorer | undefined, record: CollectRecord) => Scorer {
  const made = new Map<string, Scorer>();
  const named = (name: string): Scorer => {
    const scorer = made.get(name) ?? createScorer(name, { allowPython });
    made.set(name, scorer);
    return scorer;
  };
  return (own, record) => {
    const choice = own ?? fallback;
    if (choice !== undefined) return typeof choice === 'string' ? named(choice) : choice;
    const name = record.scorer?.replace(/@\d+$/, '');
    if (name === 'python') return named(name);
    try {
      return named(name ?? '');
    } catch (cause) {
      throw new EmbedLLMError(
        `The answer of ${record.model} to ${record.questionId} was scored by ${name ?? 'no scorer'}, which is not built in. Pass the scorer.`,
        { code: 'invalid-argument', cause },
      );
    }
  };
}
