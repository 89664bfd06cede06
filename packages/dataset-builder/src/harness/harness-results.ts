import { DataError } from '@embedllm/core';
import { checkText } from '../csv/check-text.js';
import { readBytes } from '../files/read-bytes.js';
import { isJsonObject, type JsonObject, ownValue, parseObject } from '../jsonl/parse-object.js';
import type { ResultsFile } from './harness-files.js';

/** What a results file says about the run that its samples files belong to. */
export interface HarnessResults {
  readonly file: string;
  readonly date: string;
  /** As the harness was told it, such as `mistralai/Mistral-7B-v0.1`; `undefined` if it does not say. */
  readonly modelName: string | undefined;
  /** The tasks or groups directly in each group. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Version of each task's definition. */
  readonly versions: ReadonlyMap<string, string>;
  /** Solved examples shown before the question, of each task. */
  readonly shots: ReadonlyMap<string, number>;
  /** How many questions of each task were asked. */
  readonly sampleCounts: ReadonlyMap<string, number>;
}

/** Real ones have at most a few megabytes. */
const MAX_RESULTS_BYTES: number = 64 * 1024 * 1024;

/**
 * Reads `results_<date>.json`.
 *
 * @throws DataError when it is not a JSON object, too long, or a part that is needed has the wrong
 * type.
 */
export async function readHarnessResults(
  { file, date }: ResultsFile,
  signal?: AbortSignal | undefined,
): Promise<HarnessResults> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of checkText(file, readBytes(file, { signal }))) {
    length += chunk.length;
    if (length > MAX_RESULTS_BYTES) {
      throw new DataError(`is longer than ${MAX_RESULTS_BYTES} bytes.`, { file });
    }
    chunks.push(chunk);
  }
  const root = parseObject(Buffer.concat(chunks).toString('utf8').trim(), { file });
  const part = (key: string): JsonObject => {
    const value = ownValue(root, key);
    if (value === undefined || value === null) return {};
    if (isJsonObject(value)) return value;
    throw new DataError('must be an object.', { file, field: key });
  };
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
    modelName: modelNameOf(root, part('config')),
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
  };
}

/** Arguments that name the model, the most specific first: an adapter comes with its base. */
const NAMING_ARGUMENTS = ['peft', 'delta', 'pretrained', 'model', 'path', 'engine'];

function modelNameOf(root: JsonObject, config: JsonObject): string | undefined {
  const written = ownValue(root, 'model_name');
  if (typeof written === 'string' && written !== '') return written;
  const args = ownValue(config, 'model_args');
  const named = isJsonObject(args)
    ? new Map(Object.entries(args))
    : new Map(
        (typeof args === 'string' ? args.split(',') : []).map((argument) => {
          const equals = argument.indexOf('=');
          return [argument.slice(0, equals).trim(), argument.slice(equals + 1).trim()] as const;
        }),
      );
  for (const name of NAMING_ARGUMENTS) {
    const value = named.get(name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}
