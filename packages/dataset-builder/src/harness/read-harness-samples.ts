import { advice, DataError, EmbedLLMError, namedOption } from '@embedllm/core';
import { checkNumber, checkObject, checkString, didYouMean } from '@embedllm/internals';
import { quoteBriefly } from '../csv/columns.js';
import { CutOffError, parseRecords } from '../jsonl/parse-records.js';
import type { ReadLinesOptions } from '../jsonl/read-lines.js';
import { readRecords } from '../jsonl/read-records.js';
import { chosenNames } from '../runs/name-choice.js';
import type { OpenChoices } from '../runs/open-choices.js';
import type { IncompleteLogs } from '../runs/read-runs-options.js';
import type { SeenNames } from '../runs/seen-names.js';
import { parseSamplesName } from './harness-files.js';
import {
  filterOf,
  type HarnessSample,
  type HarnessSampleOptions,
  type ParsedSample,
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

/** What a file had besides the samples that were taken. */
export interface LeftOutSamples {
  /** Samples without a score (NaN). */
  unscored: number;
  /** Other filters, each with as many samples. */
  readonly filters: Set<string>;
  /** Scores that could be taken as well, where none was chosen. */
  readonly metrics: Set<string>;
  /** Whether the last line is the beginning of a sample. */
  isCutOff?: boolean;
}

const DEFAULT_MAX_RECORD_BYTES: number = 16 * 1024 * 1024;

/**
 * Streams the samples that lm-evaluation-harness logged for one model on one task
 * (`--log_samples`; plain or gzip), each checked, in the order of the file. Samples without a score
 * (NaN) and, of a task with several filters, those of the filters not in use are passed over.
 *
 * @throws DataError with file, row (line) and field: `io` when the file is missing, `invalid-data`
 * when a line is malformed, samples of two chosen filters are there, or no sample has the filter
 * chosen.
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
  for await (const sample of streamSamples(
    checkString('file', file),
    checkObject('options', options),
  )) {
    const { doc, isWholePrompt, otherMetrics, ...rest } = sample;
    yield rest;
  }
}

/** What `streamSamples` takes besides. */
export interface StreamSamplesOptions extends ReadHarnessSamplesOptions, ReadLinesOptions {
  readonly graded?: boolean | undefined;
  /** See `SampleContext`. */
  readonly isKnown?: ((docHash: string) => boolean) | undefined;
  /** Takes what is unclear; see `HarnessScoreContext`. */
  readonly open?: OpenChoices | undefined;
  /** Takes the names that samples have. */
  readonly seen?: SeenNames | undefined;
  /** Counts what is passed over. */
  readonly leftOut?: LeftOutSamples | undefined;
  /** Whether the samples before a last line that is cut off are taken. @default 'refuse' */
  readonly incomplete?: IncompleteLogs | undefined;
}

/** As `readHarnessSamples`, and counts what it passes over and how many bytes were read. */
export async function* streamSamples(
  file: string,
  options: StreamSamplesOptions,
): AsyncGenerator<ParsedSample, void, undefined> {
  checkNumber('threshold', options.threshold, { above: 0, max: 1, optional: true });
  const task = options.task ?? parseSamplesName(file)?.task;
  if (task === undefined) {
    throw new EmbedLLMError(
      `${file} is not named samples_<task>_<date>.jsonl. Set the option task.`,
      { code: 'invalid-argument' },
    );
  }
  const { leftOut, maxRecordBytes = DEFAULT_MAX_RECORD_BYTES } = options;
  const accepted = chosenNames(options.filter, task);
  const others = new Set<string>();
  let used: string | undefined;
  let usedMetric: string | undefined;
  for await (const { object: sample, row } of wholeSamples(file, { ...options, maxRecordBytes })) {
    const place = { file, row };
    const filter = filterOf(sample, place);
    options.seen?.add('filter', [filter]);
    const isTaken =
      accepted === undefined ? filter === (used ?? filter) : accepted.includes(filter);
    if (!isTaken) {
      others.add(filter);
      leftOut?.filters.add(filter);
      continue;
    }
    used ??= filter;
    if (filter !== used) {
      const message = advice`the samples have the filters ${quoteBriefly(used)} and ${quoteBriefly(filter)}. Choose one with ${namedOption('filter', { [task]: used })}.`;
      const location = { ...place, field: 'filter' };
      if (options.open === undefined) throw new DataError(message, location);
      options.open.add(`filter ${task}`, {
        message,
        location,
        suggested: { filter: { [task]: used } },
      });
      return;
    }
    const parsed = parseHarnessSample(sample, { ...options, task, usedMetric }, place);
    if (parsed === undefined) {
      if (leftOut) leftOut.unscored++;
      continue;
    }
    usedMetric ??= parsed.metric;
    for (const metric of parsed.otherMetrics ?? []) leftOut?.metrics.add(metric);
    yield parsed;
  }
  if (used === undefined && others.size > 0) {
    const found = [...others].map((name) => quoteBriefly(name)).join(', ');
    const [first = 'none'] = others;
    const message = advice`no sample has the requested filter (${accepted?.join(', ') ?? ''}).${didYouMean(accepted?.[0] ?? '', [...others])} Available: ${found}. Choose one with ${namedOption('filter', { [task]: first })}.`;
    const location = { file, field: 'filter' };
    if (options.open === undefined) throw new DataError(message, location);
    options.open.add(`filter ${task}`, {
      message,
      location,
      suggested: { filter: { [task]: first } },
    });
  }
}

/** The samples of a file; a last one that is cut off is refused or left out. */
async function* wholeSamples(
  file: string,
  options: StreamSamplesOptions & { readonly maxRecordBytes: number },
): ReturnType<typeof parseRecords> {
  try {
    yield* parseRecords(file, readRecords(file, options));
  } catch (error) {
    if (!(error instanceof CutOffError)) throw error;
    if (options.incomplete !== 'take') {
      throw new DataError(
        advice`${error.detail} Use the samples before it with ${namedOption('incomplete', 'take')}, or skip the log with ${namedOption('incomplete', 'skip')}.`,
        { ...error.location, cause: error },
      );
    }
    if (options.leftOut) options.leftOut.isCutOff = true;
  }
}
