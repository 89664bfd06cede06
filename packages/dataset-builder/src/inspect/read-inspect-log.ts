import { DataError } from '@embedllm/core';
import { type Place, quoteBriefly } from '../csv/columns.js';
import { parseObject, requireString } from '../jsonl/parse-object.js';
import type { OutputLength } from '../runs/output-lengths.js';
import { type InspectHeader, parseInspectHeader } from './inspect-header.js';
import { type InspectPartsOptions, readInspectParts } from './inspect-parts.js';
import { type InspectSample, parseInspectSample } from './inspect-sample.js';
import type { InspectScoreOptions } from './inspect-score.js';
import { type EpochReducer, reduceEpochs } from './reduce-epochs.js';

/** What to do with logs of runs that did not end well. */
export type IncompleteLogs = 'refuse' | 'skip' | 'read';

/** Options of `readInspectLog`. */
export interface ReadInspectLogOptions extends InspectPartsOptions, InspectScoreOptions {
  readonly epochs: EpochReducer;
  readonly questionId: 'id' | 'content';
  readonly incomplete: IncompleteLogs;
}

/** One model's score on one question, over all epochs. */
export interface InspectAnswer extends OutputLength {
  readonly questionId: string;
  readonly prompt: string;
  readonly score: number;
  /** How many epochs have a score. */
  readonly epochs: number;
  readonly place: Place;
}

/** What samples of a log were not used for. */
export interface InspectCounts {
  /** Samples in the log: questions times epochs. */
  readonly samples: number;
  /** Samples that an error ended and that have no score. */
  readonly failed: number;
  /** Other samples without a score. */
  readonly unscored: number;
  /** Samples that were declared invalid. */
  readonly invalidated: number;
}

/** One log. */
export interface InspectLog extends InspectCounts {
  readonly header: InspectHeader;
  /** The scorer in use; empty where no sample has a score. */
  readonly scorer: string;
  readonly answers: readonly InspectAnswer[];
}

/** Reads only what describes the run. */
export async function readInspectHeader(
  file: string,
  options: InspectPartsOptions,
): Promise<InspectHeader> {
  const parts = new Map<string, string>();
  for await (const part of readInspectParts(file, { ...options, headerOnly: true })) {
    if (part.sample === undefined) parts.set(part.key, part.text);
  }
  return parseInspectHeader(parts, file);
}

/**
 * Reads one log, and reduces the epochs of each question to one score.
 *
 * @returns `undefined` where the log is of a run that did not end well, and such are skipped.
 */
export async function readInspectLog(
  file: string,
  options: ReadInspectLogOptions,
): Promise<InspectLog | undefined> {
  const parts = new Map<string, string>();
  const questions = new Map<string, Map<number, InspectSample & { readonly place: Place }>>();
  let task: string | undefined;
  let scorer: string | undefined;
  const counts = { samples: 0, failed: 0, unscored: 0, invalidated: 0 };
  let ended = 0;
  for await (const part of readInspectParts(file, options)) {
    if (part.sample === undefined) {
      parts.set(part.key, part.text);
      continue;
    }
    if (task === undefined) {
      task = taskOf(parts, file);
      // Where the log says so early, nothing is read that will not be used.
      if (parts.has('status') && isLeftOut(parseInspectHeader(parts, file), options, file)) {
        return undefined;
      }
    }
    const { place } = part;
    const sample = parseInspectSample(part.sample, task, options, place);
    counts.samples++;
    if (!sample.failed) ended++;
    if (sample.invalidated) counts.invalidated++;
    else if (sample.score === undefined) counts[sample.failed ? 'failed' : 'unscored']++;
    scorer ??= sample.scorer;
    if (sample.scorer !== undefined && sample.scorer !== scorer) {
      throw new DataError(
        `is scored by ${quoteBriefly(sample.scorer)}, but other samples by ${quoteBriefly(scorer ?? '')}. Choose one with the options scorer and value.`,
        { ...place, field: 'scores' },
      );
    }
    addEpoch(
      questions,
      sample,
      options.questionId === 'id' ? sample.id : sample.contentHash,
      place,
    );
  }
  const header = parseInspectHeader(parts, file);
  if (isLeftOut(header, options, file)) return undefined;
  assertComplete(header, counts.samples, ended, file);
  const answers: InspectAnswer[] = [];
  for (const [id, epochs] of questions) {
    const ordered = [...epochs.values()].sort((a, b) => a.epoch - b.epoch);
    const scores = ordered.flatMap(({ score }) => (score === undefined ? [] : [score]));
    const [first] = ordered;
    if (scores.length === 0 || first === undefined) continue;
    answers.push({
      questionId: `${header.task}/${id}`,
      prompt: first.prompt,
      score: reduceEpochs(scores, options.epochs),
      epochs: scores.length,
      outputTokens: first.outputTokens,
      outputChars: first.outputChars,
      place: first.place,
    });
  }
  return { ...counts, header, scorer: scorer ?? '', answers };
}

/** @throws DataError where the run did not end well and such are refused. */
function isLeftOut(
  { status }: InspectHeader,
  { incomplete }: ReadInspectLogOptions,
  file: string,
): boolean {
  if (status === 'success' || incomplete === 'read') return false;
  if (incomplete === 'skip') return true;
  throw new DataError(
    `is of a run with the status ${status}, which may lack questions. Run it again with inspect eval-retry, leave it out with incomplete: 'skip', or take what is there with incomplete: 'read'.`,
    { file, field: 'status' },
  );
}

/** The task, which choices of scorers may depend on. */
function taskOf(parts: ReadonlyMap<string, string>, file: string): string {
  const spec = parts.get('eval');
  if (spec === undefined) {
    throw new DataError('has no eval before its samples, so it is no log of Inspect.', {
      file,
      field: 'eval',
    });
  }
  return requireString(parseObject(spec, { file }), 'task', { file, row: 1 });
}

function addEpoch(
  questions: Map<string, Map<number, InspectSample & { readonly place: Place }>>,
  sample: InspectSample,
  id: string,
  place: Place,
): void {
  const epochs = questions.get(id) ?? new Map<number, InspectSample & { readonly place: Place }>();
  questions.set(id, epochs);
  const known = epochs.get(sample.epoch);
  if (known !== undefined) {
    throw new DataError(
      `the sample ${quoteBriefly(sample.id)} is there twice for epoch ${sample.epoch}${sample.id === known.id ? '' : `, the first time as ${quoteBriefly(known.id)} with the same content`}.`,
      { ...place, field: 'id' },
    );
  }
  epochs.set(sample.epoch, { ...sample, place });
}

function assertComplete(
  { completedSamples = 0, status }: InspectHeader,
  samples: number,
  ended: number,
  file: string,
): void {
  if (samples === 0 && status === 'success') {
    throw new DataError(
      'has no samples. Run inspect eval with --log-samples, and convert whole logs.',
      { file, field: 'samples' },
    );
  }
  if (status === 'success' && ended < completedSamples) {
    throw new DataError(
      `has ${ended} samples that ended without error, but its results say ${completedSamples}. Was it cut off or filtered?`,
      { file, field: 'samples' },
    );
  }
}
