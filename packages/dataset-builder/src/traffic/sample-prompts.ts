import { createHash } from 'node:crypto';
import { advice, DataError, namedOption, type Progress } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import type { CollectQuestion } from '../collect/collect-question.js';
import { sizeOfFile } from '../files/read-bytes.js';
import { readingProgress } from '../files/reading-progress.js';
import { findNearDuplicates } from '../near-duplicates/find-near-duplicates.js';
import { columnNamed } from '../tables/column-names.js';
import { readRows } from '../tables/read-rows.js';
import { sniffSyntax } from '../tables/sniff-syntax.js';
import type { TableRow } from '../tables/table-row.js';
import { DrawnPrompts } from './drawn-prompts.js';
import { type LoggedRequest, requestInLog } from './request-in-log.js';

/** Options of `samplePrompts`. */
export interface SamplePromptsOptions {
  /** The most prompts to draw, an integer of at least 1. @default 100 */
  readonly count?: number | undefined;
  /** Another seed draws other prompts. A 32-bit unsigned integer. @default 0 */
  readonly seed?: number | undefined;
  /**
   * Of prompts whose shingles have at least this Jaccard index only one is drawn; above 0, and 1 for
   * those alone that are the same.
   *
   * @default 0.8
   */
  readonly similarity?: number | undefined;
  /** Field of the request, such as `data.messages`. @default found by the usual names */
  readonly promptColumn?: string | undefined;
  /**
   * Called with the row of a line that is torn, as a process that was killed leaves them; it is left out.
   *
   * @default such lines are errors
   */
  readonly onTorn?: ((row: number) => void) | undefined;
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes that were read. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Prompts that were drawn from a log. */
export interface SampledPrompts {
  /** In random order, so that the first of them are a sample too. */
  readonly questions: readonly CollectQuestion[];
  /** Records of the log. */
  readonly records: number;
  /** Records that ask nothing, such as feedback and spans. */
  readonly withoutPrompt: number;
  /** Requests with parts that are not text, such as images. */
  readonly notText: number;
  /** Different prompts that were drawn from; of a long log, a sample of them. */
  readonly different: number;
  /** Of these, prompts that were left out because they are like another. */
  readonly similar: number;
}

interface DrawnPrompt extends LoggedRequest {
  readonly category: string;
}

/** Prompts that are kept for each one that is drawn, so that lengths can be balanced. */
const KEPT = 20;
const FEWEST_KEPT = 2000;

/**
 * Draws prompts from a log of real traffic, to be asked by `collect` and scored by a judge: the
 * decisions of `@embedllm/gateway`, requests and responses as OpenAI's API has them (`messages` or
 * `input`, within `request` or `body` or not), an export of Langfuse (observations or traces), or any
 * table with a column of prompts; CSV, JSON or JSONL, plain or gzip.
 *
 * Prompts that are the same are one, whatever their number; of similar ones one is drawn. The rest is
 * drawn at random from as many classes of length as there are prompts to draw. Of a conversation the
 * first turn counts, with the instructions of the system. The id of a prompt is its hash, as in the
 * decisions of the gateway, so that collected answers and feedback meet in one dataset. Memory holds
 * 2,000 prompts, or 20 for each that is drawn.
 *
 * @throws DataError with file and row where the log is malformed, or has no prompt at all.
 * @throws EmbedLLMError `invalid-argument` on options out of range.
 *
 * @example
 * const { questions, different } = await samplePrompts('requests.jsonl', { count: 2 });
 * console.log(questions.length, different); // 2 3
 */
export async function samplePrompts(
  file: string,
  options: SamplePromptsOptions = {},
): Promise<SampledPrompts> {
  const {
    count = 100,
    seed = 0,
    similarity = 0.8,
    promptColumn,
    signal,
    onProgress,
    onTorn,
  } = options;
  checkInteger('count', count, { min: 1, max: 1_000_000 });
  checkInteger('seed', seed, { min: 0, max: 2 ** 32 - 1 });
  checkNumber('similarity', similarity, { above: 0, max: 1 });
  const drawn = new DrawnPrompts<DrawnPrompt>(seed, Math.max(FEWEST_KEPT, KEPT * count));
  const found = { records: 0, none: 0, 'no-text': 0 };
  const totalBytes = await sizeOfFile(file);
  let bytes = 0;
  const take = (row: TableRow): undefined => {
    found.records++;
    const column = promptColumn === undefined ? undefined : columnIn(row, promptColumn);
    const request = requestInLog(row, column);
    if (typeof request === 'string') found[request]++;
    else drawn.add({ ...request, category: categoryOf(row) });
  };
  await readRows(file, await sniffSyntax(file, { signal }), take, {
    signal,
    onTorn,
    onBytes: (read) => {
      bytes += read;
      onProgress?.(readingProgress(file, bytes, totalBytes));
    },
  });
  const kept = drawn.inOrder();
  if (kept.length === 0) throw noPrompts(file, found.records, found['no-text']);
  const groups =
    similarity < 1
      ? (
          await findNearDuplicates(
            kept.map(({ prompt }) => prompt),
            { threshold: similarity, boilerplate: 1, signal },
          )
        ).groups
      : Uint32Array.from(kept.keys());
  const seen = new Set<number>();
  const distinct = kept.filter((_, index) => {
    const group = groups[index] ?? index;
    return !seen.has(group) && seen.add(group);
  });
  return {
    questions: balancedByLength(distinct, count).map(({ prompt, instructions, category }) => ({
      ...{ id: fingerprint(prompt), prompt, category },
      ...(instructions !== undefined && { instructions }),
    })),
    records: found.records,
    withoutPrompt: found.none,
    notText: found['no-text'],
    different: kept.length,
    similar: kept.length - distinct.length,
  };
}

/** The first of each of so many classes of length, in the order that they came in. */
function balancedByLength<T extends { readonly prompt: string }>(
  prompts: readonly T[],
  count: number,
): T[] {
  if (prompts.length <= count) return [...prompts];
  const byLength = [...prompts.entries()].sort(
    ([i, one], [j, other]) => one.prompt.length - other.prompt.length || i - j,
  );
  const edge = (part: number): number => Math.floor((part * byLength.length) / count);
  return Array.from({ length: count }, (_, part) =>
    byLength.slice(edge(part), edge(part + 1)).reduce((a, b) => (a[0] < b[0] ? a : b)),
  )
    .sort(([i], [j]) => i - j)
    .map(([, prompt]) => prompt);
}

function categoryOf(row: TableRow): string {
  const category = row.value('category') ?? row.value('metadata.category');
  return typeof category === 'string' && category.trim() !== '' ? category : 'uncategorized';
}

function columnIn({ columns }: TableRow, name: string): string {
  return columnNamed(columns, name) ?? name;
}

/** The `prompt_id` that the gateway gives a text. */
function fingerprint(prompt: string): string {
  return createHash('sha256').update(prompt).digest('hex').slice(0, 32);
}

function noPrompts(file: string, records: number, notText: number): DataError {
  const why =
    notText > 0
      ? `all requests have parts other than text (${notText} of ${records} records)`
      : `no record has a prompt (${records} records)`;
  return new DataError(
    advice`has no prompts: ${why}. Looked for messages, input or prompt, at the top level or within request or body. Name another field with ${namedOption('promptColumn')}. A gateway keeps texts with "decisions: questions: text".`,
    { file },
  );
}
