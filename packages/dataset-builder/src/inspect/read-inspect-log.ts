import { type Advice, advice, namedOption } from '@embedllm/core';
import { type Place, quoteBriefly } from '../csv/columns.js';
import { parseObject, requireString } from '../jsonl/parse-object.js';
import type { OpenChoices } from '../runs/open-choices.js';
import type { OutputLength } from '../runs/output-lengths.js';
import type { IncompleteLogs } from '../runs/read-runs-options.js';
import type { RepeatPolicy } from '../runs/repeated-answers.js';
import { chooseTexts } from './choose-texts.js';
import { addEpoch, type EpochsOfQuestion } from './epochs-of-question.js';
import { ForeignFileError, type InspectHeader, parseInspectHeader } from './inspect-header.js';
import { type InspectPartsOptions, readInspectParts } from './inspect-parts.js';
import type { InspectPrompt } from './inspect-prompt.js';
import { type InspectSample, parseInspectSample } from './inspect-sample.js';
import type { InspectScoreOptions } from './inspect-score.js';
import { type EpochReducer, reduceEpochs } from './reduce-epochs.js';

/** Options of `readInspectLog`. */
export interface ReadInspectLogOptions extends InspectPartsOptions, InspectScoreOptions {
  readonly epochs: EpochReducer;
  readonly questionId: 'id' | 'content';
  readonly incomplete: IncompleteLogs;
  readonly onConflict: RepeatPolicy;
  /** What ids of questions start with. */
  readonly variant: string;
  readonly open: OpenChoices;
}

/** One model's score on one question, over all epochs. */
export interface InspectAnswer extends OutputLength {
  readonly questionId: string;
  readonly prompt: string;
  /** The same for questions that differ only in the order of their choices. */
  readonly key: string;
  readonly score: number;
  /** How many epochs have a score. */
  readonly epochs: number;
  readonly place: Place;
}

/** A log that was left out, and why. */
export interface LeftOutLog {
  readonly leftOut: string;
}

/** What samples of a log were not used for. */
export interface InspectCounts {
  /** Samples in the log: questions times epochs. */
  readonly samples: number;
  /** Samples that an error ended and that have no score. */
  readonly failed: number;
  /** Samples that an error ended and that have a score all the same, which counts. */
  readonly scoredErrors: number;
  /** Other samples without a score. */
  readonly unscored: number;
  /** Samples that were declared invalid. */
  readonly invalidated: number;
  /** Questions times epochs that the log says were to be run, where it does. */
  readonly expectedSamples: number | undefined;
}

/** One log. */
export interface InspectLog extends InspectCounts {
  readonly header: InspectHeader;
  /** Samples that are there again, with the same score. */
  readonly repeatedSamples: number;
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
 * @returns why not, where the log is of a run that did not end well or lacks samples, and such are
 * left out.
 */
export async function readInspectLog(
  file: string,
  options: ReadInspectLogOptions,
): Promise<InspectLog | LeftOutLog> {
  const parts = new Map<string, string>();
  const questions = new Map<string, EpochsOfQuestion>();
  let task: string | undefined;
  let scorer: string | undefined;
  const counts = {
    ...{ samples: 0, failed: 0, scoredErrors: 0, unscored: 0, invalidated: 0 },
    repeatedSamples: 0,
  };
  for await (const part of readInspectParts(file, options)) {
    if (part.sample === undefined) {
      parts.set(part.key, part.text);
      continue;
    }
    if (task === undefined) {
      task = taskOf(parts, file);
      // Where the log says so early, nothing is read that will not be used.
      const header = parts.has('status') ? parseInspectHeader(parts, file) : undefined;
      const leftOut = header && badEnd(header, options, file);
      if (leftOut !== undefined) return { leftOut };
    }
    const { place } = part;
    const sample = parseInspectSample(part.sample, { ...options, task }, place);
    counts.samples++;
    if (sample.invalidated) counts.invalidated++;
    else if (sample.score === undefined) counts[sample.failed ? 'failed' : 'unscored']++;
    else if (sample.failed) counts.scoredErrors++;
    scorer ??= sample.scorer;
    checkScorer(sample, { scorer, task, place, open: options.open });
    const id = options.questionId === 'id' ? sample.id : sample.contentHash;
    const epochs = questions.get(id) ?? { byNumber: new Map(), repeats: [] };
    questions.set(id, epochs);
    if (!addEpoch(epochs, { ...sample, place }, options)) counts.repeatedSamples++;
  }
  const header = parseInspectHeader(parts, file);
  const leftOut = badEnd(header, options, file) ?? missingSamples(header, counts, options, file);
  if (leftOut !== undefined) return { leftOut };
  const answers: InspectAnswer[] = [];
  const prompts: InspectPrompt[] = [];
  for (const [id, { byNumber, repeats }] of questions) {
    const ordered = [...byNumber.values(), ...repeats].sort((a, b) => a.epoch - b.epoch);
    const scores = ordered.flatMap(({ score }) => (score === undefined ? [] : [score]));
    const [first] = ordered;
    if (scores.length === 0 || first === undefined) continue;
    const reducer = repeats.length === 0 ? options.epochs : repeatReducer(options);
    prompts.push(first.prompt);
    answers.push({
      questionId: `${options.variant}/${id}`,
      prompt: '',
      key: first.prompt.key,
      score: reduceEpochs(scores, reducer),
      epochs: scores.length,
      outputTokens: first.outputTokens,
      outputChars: first.outputChars,
      place: first.place,
    });
  }
  const texts = chooseTexts(prompts);
  return {
    ...{ ...counts, header, scorer: scorer ?? '', expectedSamples: header.totalSamples },
    answers: answers.map((answer, index) => ({ ...answer, prompt: texts[index] ?? '' })),
  };
}

function repeatReducer({ onConflict, epochs }: ReadInspectLogOptions): EpochReducer {
  if (onConflict === 'mean') return 'mean';
  return onConflict === 'majority' ? 'mode' : epochs;
}

/** What keeps a log from being read whose run did not end well; `undefined` where nothing does. */
function badEnd(
  { status }: InspectHeader,
  options: ReadInspectLogOptions,
  file: string,
): string | undefined {
  if (status === 'success' || options.incomplete === 'take') return undefined;
  const what = `of a run with the status ${status}`;
  if (options.incomplete === 'refuse') {
    options.open.add(`status ${status}`, {
      message: advice`is ${what}, so questions may be missing. Run it again with inspect eval-retry, skip it with ${namedOption('incomplete', 'skip')}, or use what it has with ${namedOption('incomplete', 'take')}.`,
      location: { file, field: 'status' },
      suggested: { incomplete: 'skip' },
    });
  }
  return what;
}

/**
 * What keeps a log from being read that lacks samples. It is whole with as many samples as were to be
 * run or as have ended, errors included: versions differ in which samples they count as completed.
 */
function missingSamples(
  { completedSamples = 0, totalSamples, status }: InspectHeader,
  { samples }: { readonly samples: number },
  { incomplete, open }: ReadInspectLogOptions,
  file: string,
): string | undefined {
  const expected = Math.min(totalSamples ?? completedSamples, completedSamples);
  if (status !== 'success' || (samples > 0 && samples >= expected)) return undefined;
  if (incomplete === 'take' && samples > 0) return undefined;
  const skip = namedOption('incomplete', 'skip');
  const message: Advice =
    samples === 0
      ? advice`has no samples. Run inspect eval with --log-samples, convert complete logs, or skip it with ${skip}.`
      : advice`has ${samples} samples, but its results count ${expected}. Is it truncated or filtered? Use what it has with ${namedOption('incomplete', 'take')}, or skip it with ${skip}.`;
  if (incomplete !== 'skip') {
    open.add(samples === 0 ? 'no samples' : `samples ${file}`, {
      message,
      location: { file, field: 'samples' },
      suggested: { incomplete: samples === 0 ? 'skip' : 'take' },
    });
  }
  return samples === 0 ? 'without samples' : `truncated: it has ${samples} of ${expected} samples`;
}

function checkScorer(
  sample: InspectSample,
  {
    scorer,
    task,
    place,
    open,
  }: { scorer: string | undefined; task: string; place: Place; open: OpenChoices },
): void {
  if (sample.scorer === undefined || scorer === undefined || sample.scorer === scorer) return;
  const [name = ''] = scorer.split('.');
  open.add(`scorers ${task}`, {
    message: advice`is scored by ${quoteBriefly(sample.scorer)}, but other samples are scored by ${quoteBriefly(scorer)}. Choose one with ${namedOption('scorer', { [task]: name })}.`,
    location: { ...place, field: 'scores' },
    suggested: { scorer: { [task]: name } },
  });
}

/** The task, which choices of scorers may depend on. */
function taskOf(parts: ReadonlyMap<string, string>, file: string): string {
  const spec = parts.get('eval');
  if (spec === undefined) {
    throw new ForeignFileError('has no eval before its samples, so it is not an Inspect log.', {
      file,
      field: 'eval',
    });
  }
  return requireString(parseObject(spec, { file }), 'task', { file, row: 1 });
}
