import { DataError } from '@embedllm/core';
import { quoteBriefly } from '../csv/columns.js';
import {
  describeFound,
  isJsonObject,
  type JsonObject,
  ownValue,
  parseObject,
} from '../jsonl/parse-object.js';
import type { RunSettings } from '../runs/separate-variants.js';
import { inspectSettings } from './inspect-settings.js';

/** What a log says of its run. */
export interface InspectHeader {
  readonly status: 'started' | 'success' | 'cancelled' | 'error';
  /** Name of the task, such as `inspect_evals/gsm8k`. */
  readonly task: string;
  readonly taskVersion: string | undefined;
  /** As it was passed to the run, such as `openai/gpt-4o`. */
  readonly model: string;
  /** Milliseconds since 1970 at which the run was made. */
  readonly created: number;
  /** Name of the dataset, where the log says it. */
  readonly dataset: string | undefined;
  /** How often each sample was run. */
  readonly epochs: number | undefined;
  /** Samples times epochs that were to be run, where the log says it. */
  readonly totalSamples: number | undefined;
  /**
   * Samples times epochs that ended, where the log says it; until 2026 all that have a score, among
   * them some that an error ended.
   */
  readonly completedSamples: number | undefined;
  /** Address of the API that was asked, where the log says it. */
  readonly baseURL: string | undefined;
  /** How the run was made. */
  readonly settings: RunSettings;
}

/** A file is not a log of Inspect, only named like one. */
export class ForeignFileError extends DataError {}

/** The newest version of the format that is known. */
const VERSION = 2;

const STATUSES = ['started', 'success', 'cancelled', 'error'] as const;

/** The parts of a log that describe the run, as JSON. */
export const HEADER_PARTS: readonly string[] = ['version', 'status', 'eval', 'results'];

/**
 * Checks what a log says of its run.
 *
 * @param parts - The JSON of each of `HEADER_PARTS` that the log has.
 * @throws DataError with the field, `unsupported-version` for a newer format.
 */
export function parseInspectHeader(
  parts: ReadonlyMap<string, string>,
  file: string,
): InspectHeader {
  const version = parts.get('version');
  if (version === undefined || parts.get('eval') === undefined) {
    throw new ForeignFileError(
      'is not an Inspect log: it does not start with version and eval. Use logs as written by inspect eval.',
      { file, field: version === undefined ? 'version' : 'eval' },
    );
  }
  if (!/^[12]$/.test(version)) {
    throw new DataError(
      `has version ${quoteBriefly(version)} of the log format, but this package reads 1 to ${VERSION}.`,
      { file, field: 'version', code: 'unsupported-version' },
    );
  }
  const spec = parseObject(parts.get('eval') ?? '', { file });
  const results = resultsOf(parts.get('results'), file);
  const config = ownValue(spec, 'config');
  const dataset = ownValue(spec, 'dataset');
  return {
    status: statusOf(parts.get('status'), file),
    task: textOf(spec, 'task', file),
    taskVersion: shortTextOf(ownValue(spec, 'task_version')),
    model: textOf(spec, 'model', file),
    created: timeOf(spec, file),
    dataset: isJsonObject(dataset) ? shortTextOf(ownValue(dataset, 'name')) : undefined,
    epochs: isJsonObject(config) ? countOf(ownValue(config, 'epochs')) : undefined,
    totalSamples: results && countOf(ownValue(results, 'total_samples')),
    completedSamples: results && countOf(ownValue(results, 'completed_samples')),
    baseURL: shortTextOf(ownValue(spec, 'model_base_url')),
    settings: inspectSettings(spec),
  };
}

function resultsOf(text: string | undefined, file: string): JsonObject | undefined {
  return text === undefined || text === 'null' ? undefined : parseObject(text, { file });
}

function statusOf(text: string | undefined, file: string): InspectHeader['status'] {
  const found = STATUSES.find((status) => JSON.stringify(status) === text);
  if (found !== undefined) return found;
  // Written before the run is over.
  if (text === undefined) return 'started';
  throw new DataError(`must be one of ${STATUSES.join(', ')}, but is ${quoteBriefly(text)}.`, {
    file,
    field: 'status',
  });
}

function textOf(spec: JsonObject, field: string, file: string): string {
  const value = ownValue(spec, field);
  if (typeof value === 'string' && value !== '') return value;
  throw new DataError(`must be a non-empty string, but ${describeFound(value)}.`, {
    file,
    field: `eval.${field}`,
  });
}

function shortTextOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function timeOf(spec: JsonObject, file: string): number {
  const text = textOf(spec, 'created', file);
  const time = Date.parse(text);
  if (Number.isFinite(time)) return time;
  throw new DataError(
    `must be a time such as 2025-07-05T09:59:40+00:00, but is ${quoteBriefly(text)}.`,
    {
      file,
      field: 'eval.created',
    },
  );
}
