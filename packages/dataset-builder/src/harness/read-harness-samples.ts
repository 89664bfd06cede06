import { DataError, EmbedLLMError } from '@embedllm/core';
import { quoteBriefly } from '../csv/columns.js';
import { parseObject } from '../jsonl/parse-object.js';
import { type ReadLinesOptions, readLines } from '../jsonl/read-lines.js';
import { parseSamplesName } from './harness-files.js';
import {
  chosenNames,
  filterOf,
  type HarnessSample,
  type HarnessSampleOptions,
  parseHarnessSample,
} from './harness-sample.js';

/** Options of `readHarnessSamples`. */
export interface ReadHarnessSamplesOptions extends HarnessSampleOptions {
  /** @default what the file's name says: `samples_<task>_<date>.jsonl` */
  readonly task?: string | undefined;
  /** Longest line accepted, in bytes. @default 16 MiB */
  readonly maxRecordBytes?: number | undefined;
  /** Stops reading; the iteration then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Streams the samples that lm-evaluation-harness logged for one model on one task
 * (`--log_samples`; plain or gzip), each checked, in the order of the file.
 *
 * @throws DataError with file, row (line) and field: `io` when the file is missing, `invalid-data`
 * when a line is malformed, several filters are there and none was chosen, or no sample has the
 * filter chosen.
 * @throws EmbedLLMError `invalid-argument` when the threshold is out of range.
 *
 * @example
 * for await (const { questionId, correct } of readHarnessSamples(file, { filter: 'strict-match' })) {
 *   console.log(questionId, correct);
 * }
 */
export async function* readHarnessSamples(
  file: string,
  options: ReadHarnessSamplesOptions = {},
): AsyncGenerator<HarnessSample, void, undefined> {
  yield* streamSamples(file, options);
}

/** As `readHarnessSamples`, and tells how many bytes were read. */
export async function* streamSamples(
  file: string,
  options: ReadHarnessSamplesOptions & ReadLinesOptions & { readonly graded?: boolean | undefined },
): AsyncGenerator<HarnessSample, void, undefined> {
  assertThreshold(options.threshold);
  const task = options.task ?? parseSamplesName(file)?.task;
  if (task === undefined) {
    throw new EmbedLLMError(
      'invalid-argument',
      `${file} is not named samples_<task>_<date>.jsonl: give the option task.`,
    );
  }
  const accepted = chosenNames(options.filter, task);
  const context = { ...options, task };
  const others = new Set<string>();
  let used: string | undefined;
  for await (const { text, row } of readLines(file, options)) {
    const place = { file, row };
    const sample = parseObject(text, place);
    const filter = filterOf(sample, place);
    if (accepted !== undefined && !accepted.includes(filter)) {
      others.add(filter);
      continue;
    }
    used ??= filter;
    if (filter !== used) {
      throw new DataError(
        `the samples have the filters ${quoteBriefly(used)} and ${quoteBriefly(filter)}. Choose one with the option filter.`,
        { ...place, field: 'filter' },
      );
    }
    yield parseHarnessSample(sample, context, place);
  }
  if (used === undefined) {
    const found = [...others].map((name) => quoteBriefly(name)).join(', ');
    throw new DataError(
      `no sample has the filter asked for (${accepted?.join(', ')}); the file has ${found}.`,
      { file, field: 'filter' },
    );
  }
}

/** @throws EmbedLLMError `invalid-argument` when it is not above 0 and at most 1. */
export function assertThreshold(threshold: number | undefined): void {
  if (threshold === undefined || (threshold > 0 && threshold <= 1)) return;
  throw new EmbedLLMError(
    'invalid-argument',
    `threshold must be above 0 and at most 1, but is ${threshold}.`,
  );
}
