import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';

/** Arguments that name the model, the most specific first: an adapter comes with its base. */
export const NAMING_ARGUMENTS: readonly string[] = [
  ...['peft', 'delta', 'pretrained', 'model', 'path', 'engine'],
];

/** Arguments about the machine and the connection, which do not change what a model answers. */
const OPERATIONAL = new Set([
  ...['batch_size', 'max_batch_size', 'device', 'device_map', 'device_map_option', 'parallelize'],
  ...['max_memory_per_gpu', 'max_cpu_memory', 'offload_folder', 'tensor_parallel_size'],
  ...['data_parallel_size', 'pipeline_parallel_size', 'gpu_memory_utilization', 'swap_space'],
  ...['num_concurrent', 'max_retries', 'timeout', 'base_url', 'tokenizer', 'tokenizer_backend'],
  ...['tokenized_requests', 'verify_certificate', 'trust_remote_code', 'use_fast_tokenizer'],
  ...['use_cache', 'cache_dir', 'download_dir', 'attn_implementation', 'enforce_eager', 'seed'],
  ...['token', 'api_key', 'use_auth_token', 'header'],
]);

/** Longest value that is written out in a name. */
const MAX_VALUE = 40;

/** The arguments of the model, as a results file has them: a text `a=1,b=2`, or an object. */
export function modelArguments(config: JsonObject): ReadonlyMap<string, unknown> {
  const args = ownValue(config, 'model_args');
  if (isJsonObject(args)) return new Map(Object.entries(args));
  return new Map(
    (typeof args === 'string' ? args.split(',') : []).flatMap((argument) => {
      const equals = argument.indexOf('=');
      if (equals < 0) return [];
      return [[argument.slice(0, equals).trim(), argument.slice(equals + 1).trim()] as const];
    }),
  );
}

/** What a results file says of how the model was run, besides its name. */
export function modelSettings(root: JsonObject, config: JsonObject): Record<string, string> {
  const settings: Record<string, string> = {};
  const set = (name: string, value: unknown): void => {
    const text = textOf(value);
    if (text !== undefined) settings[name] = text;
  };
  for (const [name, value] of modelArguments(config)) {
    if (!OPERATIONAL.has(name) && !NAMING_ARGUMENTS.includes(name)) set(name, value);
  }
  set('gen_kwargs', ownValue(config, 'gen_kwargs'));
  const template = ownValue(root, 'chat_template_sha') ?? ownValue(root, 'chat_template');
  if (typeof template === 'string' && template !== '') set('chat_template', template.slice(0, 8));
  set('system_instruction', ownValue(root, 'system_instruction'));
  if (ownValue(root, 'fewshot_as_multiturn') === true) set('fewshot_as_multiturn', true);
  return settings;
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '' || value === false) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === undefined || text === '{}' || /^(?:false|none)$/i.test(text)) return undefined;
  if (text.length <= MAX_VALUE) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${text.slice(0, MAX_VALUE)}… ${hash}`;
}
