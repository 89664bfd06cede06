import { basename, dirname } from 'node:path';
import { advice, namedOption } from '@embedllm/core';
import type { FoundRun } from '../runs/collect-runs.js';
import type { SkippedLog } from '../runs/log-selection.js';
import { givenName, type ModelNames } from '../runs/model-names.js';
import type { OpenChoices } from '../runs/open-choices.js';
import type { HarnessFiles, SamplesFile } from './harness-files.js';
import type { HarnessResults } from './harness-results.js';

/** One run of one model on one task, with what the results file next to it says. */
export interface HarnessRun {
  /** The file of samples. */
  readonly file: string;
  /** As the harness names it. */
  readonly task: string;
  /** The task, and where it was run with several settings, these: what questions belong to. */
  readonly variant: string;
  /** As the file's name says it; empty where it does not. */
  readonly date: string;
  readonly model: string;
  /** Whether the name is from a results file, the folder's name or the caller. */
  readonly modelFrom: 'results' | 'folder' | 'caller';
  /** Version of the task's definition, where known. */
  readonly version: string | undefined;
  /** Solved examples shown before the question, where known. */
  readonly shots: number | undefined;
  /** Address of the API that was asked, where the log says it. */
  readonly baseURL: string | undefined;
  /** How many questions the results file says were asked, where known. */
  readonly expectedSamples: number | undefined;
}

/** A run whose model is not named yet. */
export interface UnnamedRun {
  readonly file: string;
  readonly task: string;
  readonly date: string;
  /** As the results file has it, where there is one. */
  readonly resultsModelName: string | undefined;
  /** Name of the folder, in which the harness has replaced some characters by `__`. */
  readonly folder: string;
}

/**
 * Joins each samples file with the results file of its folder and date. Where there is none of its
 * date, the model is the one that all results files of its folder agree on, else the folder's name.
 */
export function describeRuns(
  files: Pick<HarnessFiles, 'samples' | 'older'>,
  results: readonly HarnessResults[],
  {
    modelName,
    open,
  }: { readonly modelName?: ModelNames<UnnamedRun> | undefined; readonly open: OpenChoices },
): { readonly runs: FoundRun<HarnessRun>[]; readonly skipped: readonly SkippedLog[] } {
  const byFolder = new Map<string, HarnessResults[]>();
  for (const result of results) {
    const folder = dirname(result.file);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), result]);
  }
  const skipped: SkippedLog[] = [];
  const described = files.samples.map((samples) => {
    const others = byFolder.get(dirname(samples.file)) ?? [];
    return {
      samples,
      others,
      own: others.find(({ date }) => date !== '' && date === samples.date),
    };
  });
  for (const file of files.older) {
    const others = byFolder.get(dirname(file)) ?? [];
    const found = ofOlderName(file, others);
    if (found) described.push({ ...found, others });
    else {
      skipped.push({
        file,
        reason: 'foreign',
        detail: 'no results file next to it names its task',
      });
    }
  }
  const runs = described.map(({ samples, others, own }): FoundRun<HarnessRun> => {
    const { file, task, date } = samples;
    const resultsModelName = own === undefined ? agreedName(others) : own.modelName;
    const folder = basename(dirname(file));
    const given = givenName(modelName, { ...samples, resultsModelName, folder });
    const model = given ?? resultsModelName ?? folderName(samples, { folder, others, open });
    const modelFrom = modelSource(given, resultsModelName);
    const shots = own?.shots.get(task);
    return {
      run: {
        ...{ file, task, date, model, modelFrom, shots, variant: task },
        version: own?.versions.get(task),
        baseURL: own?.baseURL,
        expectedSamples: own?.sampleCounts.get(task),
      },
      made: date,
      isSureOfModel: modelFrom !== 'folder',
      settings: own && {
        // Whoever names models says himself which are the same.
        model: given === undefined ? own.settings : {},
        task: shots === undefined ? {} : { num_fewshot: String(shots) },
      },
    };
  });
  return { runs, skipped };
}

/** The task of `<model_args>_<task>.jsonl`, by results of the same arguments. */
function ofOlderName(
  file: string,
  results: readonly HarnessResults[],
): { readonly samples: SamplesFile; readonly own: HarnessResults } | undefined {
  const name = basename(file).replace(/\.jsonl(?:\.gz)?$/, '');
  for (const own of results) {
    const { samplesPrefix: prefix } = own;
    const task = own.tasks.find((candidate) => name === `${prefix}_${candidate}`);
    if (task !== undefined) return { samples: { file, task, date: own.date }, own };
  }
  return undefined;
}

function modelSource(
  given: string | undefined,
  fromResults: string | undefined,
): HarnessRun['modelFrom'] {
  if (given !== undefined) return 'caller';
  return fromResults === undefined ? 'folder' : 'results';
}

function agreedName(results: readonly HarnessResults[]): string | undefined {
  const names = new Set(results.map(({ modelName }) => modelName));
  return names.size === 1 ? [...names][0] : undefined;
}

function folderName(
  { file }: SamplesFile,
  {
    folder,
    others,
    open,
  }: { folder: string; others: readonly HarnessResults[]; open: OpenChoices },
): string {
  const what =
    others.length > 1
      ? 'the results files next to it belong to several models, and none has its date'
      : folder === '' || folder === '.' || folder === '..'
        ? 'neither a results file nor a folder names the model'
        : undefined;
  if (what !== undefined) {
    open.add(`model ${file}`, {
      message: advice`${what}. Name the model with ${namedOption('modelName')}.`,
      location: { file },
      suggested: { modelName: { [open.nameOf(file)]: 'NAME' } },
    });
  }
  return folder;
}
