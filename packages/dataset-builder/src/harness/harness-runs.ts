import { basename, dirname } from 'node:path';
import { DataError } from '@embedllm/core';
import type { HarnessFiles, SamplesFile } from './harness-files.js';
import type { HarnessResults } from './harness-results.js';

/** One run of one model on one task, with what the results file beside it says. */
export interface HarnessRun {
  /** The file of samples. */
  readonly file: string;
  readonly task: string;
  /** As the file's name says it; empty where it does not. */
  readonly date: string;
  readonly model: string;
  /** Whether the name is from a results file, the folder's name or the caller. */
  readonly modelFrom: 'results' | 'folder' | 'caller';
  /** Version of the task's definition, where known. */
  readonly version: string | undefined;
  /** Solved examples shown before the question, where known. */
  readonly shots: number | undefined;
  /** How many questions the results file says were asked, where known. */
  readonly expectedSamples: number | undefined;
}

/** What is known of a run before its model is named. */
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
 *
 * @throws DataError when the folder's results files are of several models and none has its date.
 */
export function describeRuns(
  files: HarnessFiles,
  results: readonly HarnessResults[],
  nameModel: ((run: UnnamedRun) => string | undefined) | undefined,
): HarnessRun[] {
  const byFolder = new Map<string, HarnessResults[]>();
  for (const result of results) {
    const folder = dirname(result.file);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), result]);
  }
  return files.samples.map((samples) => {
    const beside = byFolder.get(dirname(samples.file)) ?? [];
    const own = beside.find(({ date }) => date !== '' && date === samples.date);
    const resultsModelName = own === undefined ? agreedName(beside) : own.modelName;
    const folder = basename(dirname(samples.file));
    const given = nameModel?.({ ...samples, resultsModelName, folder });
    const model = given ?? resultsModelName ?? folderName(samples, folder, beside);
    return {
      ...samples,
      model,
      modelFrom:
        given !== undefined ? 'caller' : resultsModelName !== undefined ? 'results' : 'folder',
      version: own?.versions.get(samples.task),
      shots: own?.shots.get(samples.task),
      expectedSamples: own?.sampleCounts.get(samples.task),
    };
  });
}

function agreedName(results: readonly HarnessResults[]): string | undefined {
  const names = new Set(results.map(({ modelName }) => modelName));
  return names.size === 1 ? [...names][0] : undefined;
}

function folderName(
  { file }: SamplesFile,
  folder: string,
  beside: readonly HarnessResults[],
): string {
  if (beside.length > 1) {
    throw new DataError(
      'the results files beside it are of several models, and none has its date. Name the model with the option modelName.',
      { file },
    );
  }
  if (folder === '' || folder === '.' || folder === '..') {
    throw new DataError(
      'no results file and no folder says which model this is. Name it with the option modelName.',
      { file },
    );
  }
  return folder;
}

/**
 * The outermost group of each task, such as `mmlu` for `mmlu_anatomy`; a task in no group is its
 * own.
 *
 * @throws DataError when a task is in several outermost groups.
 */
export function outermostGroup(task: string, results: readonly HarnessResults[]): string {
  const parents = new Map<string, Set<string>>();
  for (const { groups } of results) {
    for (const [group, members] of groups) {
      for (const member of members) {
        if (member === group) continue;
        parents.set(member, (parents.get(member) ?? new Set()).add(group));
      }
    }
  }
  const outermost = new Set<string>();
  const seen = new Set<string>([task]);
  const open = [task];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const above = parents.get(name);
    if (above === undefined) outermost.add(name);
    for (const group of above ?? []) {
      if (seen.has(group)) continue;
      seen.add(group);
      open.push(group);
    }
  }
  const [group = task, ...others] = [...outermost].sort();
  if (others.length > 0) {
    throw new DataError(
      `the task ${task} is in the groups ${[group, ...others].join(' and ')}. Choose with a function as option category.`,
      { field: 'group_subtasks' },
    );
  }
  return group;
}
