import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import type { RunSettings } from '../runs/separate-variants.js';

/** Generation settings about the connection, which do not change what a model answers. */
const OPERATIONAL = new Set([
  ...['max_retries', 'timeout', 'attempt_timeout', 'max_connections', 'adaptive_connections'],
  ...['batch', 'cache', 'api_key', 'base_url', 'device', 'batch_size', 'tokenizer'],
]);

/** Longest value that is written out in a name. */
const MAX_VALUE = 40;

/**
 * What the `eval` of a log says of how the run was made: arguments of the task; arguments of the model,
 * how it generates (reasoning effort, temperature) and the solver.
 */
export function inspectSettings(spec: JsonObject): RunSettings {
  const model: Record<string, string> = {};
  addAll(model, ownValue(spec, 'model_args'));
  addAll(model, ownValue(spec, 'model_generate_config'));
  addAll(model, { solver: ownValue(spec, 'solver') });
  addAll(model, ownValue(spec, 'solver_args'), 'solver.');
  const task: Record<string, string> = {};
  addAll(task, ownValue(spec, 'task_args'));
  return { model, task };
}

function addAll(settings: Record<string, string>, values: unknown, prefix = ''): void {
  if (!isJsonObject(values)) return;
  for (const [name, value] of Object.entries(values)) {
    if (OPERATIONAL.has(name)) continue;
    const text = textOf(value);
    if (text !== undefined) settings[prefix + name] = text;
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  if (text.length <= MAX_VALUE) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${text.slice(0, MAX_VALUE)}… ${hash}`;
}
