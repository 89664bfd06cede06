import { basename } from 'node:path';
import { DataError } from '@embedllm/core';
import { checkText } from '@embedllm/internals/files';
import { readBytes } from '../files/read-bytes.js';
import { isJsonObject, type JsonObject, ownValue, parseObject } from '../jsonl/parse-object.js';
import type { ResultsFile } from './harness-files.js';
import { modelArguments, modelSettings, NAMING_ARGUMENTS } from './harness-settings.js';

/** What a results file says about the run that its samples files belong to. */
export interface HarnessResults {
  readonly file: string;
  readonly date: string;
  /** As it was passed to the harness, such as `mistralai/Mistral-7B-v0.1`; `undefined` if it does not say. */
  readonly modelName: string | undefined;
  /** The tasks or groups directly in each group. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Version of each task's definition. */
  readonly versions: ReadonlyMap<string, string>;
  /** Solved examples shown before the question, of each task. */
  readonly shots: ReadonlyMap<string, number>;
  /** How many questions of each task were asked. */
  readonly sampleCounts: ReadonlyMap<string, number>;
  /** How the model was run, besides its name. */
  readonly settings: Readonly<Record<string, string>>;
  /** Address of the API that was asked. */
  readonly baseURL: string | undefined;
  /** What names of samples files start with in lm_eval 0.4.0 to 0.4.2: the model's arguments. */
  readonly samplesPrefix: string | undefined;
  /** Tasks that were run. */
  readonly tasks: readonly string[];
}

/** Real ones have at most a few megabytes. */
const MAX_RESULTS_BYTES: number = 64 * 1024 * 1024;

/** Keys of which results of the harness have at least one. */
const TELLING_KEYS = [
  ...['results', 'configs', 'config', 'versions', 'n-shot', 'n-samples'],
  ...['model_name', 'group_subtasks'],
];

/** Results that are named in a way that nothing else is. */
const RESULTS_NAME = /^results(?:_.*)?\.json$|_results_[^_]*\.json$/;

/**
 * As `readHarnessResults`; a file that other tools may have written is passed over where it cannot be
 * read.
 */
export async function findHarnessResults(
  results: ResultsFile,
  signal?: AbortSignal | undefined,
): Promise<HarnessResults | undefined> {
  try {
    return await readHarnessResults(results, signal);
  } catch (error) {
    const isOurs = RESULTS_NAME.test(basename(results.file));
    if (isOurs || !(error instanceof DataError) || error.code === 'io') throw error;
    return undefined;
  }
}

/**
 * Reads `results_<date>.json`.
 *
 * @returns `undefined` where the file is only named so: valid JSON that is something else.
 * @throws DataError when it is not JSON, too long, or a part that is needed has the wrong type.
 */
async function readHarnessResults(
  { file, date }: ResultsFile,
  signal?: AbortSignal | undefined,
): Promise<HarnessResults | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of checkText(file, readBytes(file, { signal }))) {
    length += chunk.length;
    if (length > MAX_RESULTS_BYTES) {
      throw new DataError(`is longer than ${MAX_RESULTS_BYTES} bytes.`, { file });
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (!text.startsWith('{')) return undefined;
  const root = parseObject(text, { file });
  if (!TELLING_KEYS.some((key) => Object.hasOwn(root, key))) return undefined;
  const part = (key: string): JsonObject => {
    const value = ownValue(root, key);
    if (value === undefined || value === null) return {};
    if (isJsonObject(value)) return value;
    throw new DataError('must be an object.', { file, field: key });
  };
  const config = part('config');
  const args = ownValue(config, 'model_args');
  const baseURL = modelArguments(config).get('base_url');
  const sampleCounts = new Map<string, number>();
  for (const [task, counts] of Object.entries(part('n-samples'))) {
    const effective = isJsonObject(counts) ? ownValue(counts, 'effective') : undefined;
    if (typeof effective === 'number' && effective >= 0) sampleCounts.set(task, effective);
  }
  const groups = new Map<string, readonly string[]>();
  for (const [group, members] of Object.entries(part('group_subtasks'))) {
    if (!Array.isArray(members) || !members.every((member) => typeof member === 'string')) {
      throw new DataError('must be a list of task names.', {
        file,
        field: `group_subtasks.${group}`,
      });
    }
    if (members.length > 0) groups.set(group, members);
  }
  return {
    file,
    date,
    modelName: modelNameOf(root, config),
    groups,
    versions: new Map(
      Object.entries(part('versions')).flatMap(([task, version]) =>
        typeof version === 'string' || typeof version === 'number'
          ? [[task, String(version)] as const]
          : [],
      ),
    ),
    shots: new Map(
      Object.entries(part('n-shot')).flatMap(([task, count]) =>
        typeof count === 'number' ? [[task, count] as const] : [],
      ),
    ),
    sampleCounts,
    settings: modelSettings(root, config),
    baseURL: typeof baseURL === 'string' ? baseURL : undefined,
    samplesPrefix: typeof args === 'string' ? args.replace(/[/=]/g, '__') : undefined,
    tasks: [...new Set([...Object.keys(part('configs')), ...Object.keys(part('versions'))])],
  };
}

function modelNameOf(root: JsonObject, config: JsonObject): string | undefined {
  const written = ownValue(root, 'model_name');
  if (typeof written === 'string' && written !== '') return written;
  const named = modelArguments(config);
  for (const name of NAMING_ARGUMENTS) {
    const value = named.get(name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}
