import type {
  LanguageModelV3CallOptions,
  LanguageModelV3FunctionTool,
  LanguageModelV3ToolChoice,
  SharedV3ProviderOptions,
} from '@ai-sdk/provider';
import { isObject } from '../http/json-object.js';
import { toPrompt } from './to-prompt.js';
import { UntranslatableError } from './untranslatable.js';
import type { Vendor } from './vendors.js';

type Body = Readonly<Record<string, unknown>>;

/** A chat as the AI SDK takes it, and what of it was left out. */
export interface TranslatedCall {
  readonly options: LanguageModelV3CallOptions;
  /** Names of fields without which the answer is the same kind of answer. */
  readonly dropped: Set<string>;
}

/** Fields that change the answer, and have no equal. */
const REFUSED =
  'audio function_call functions logit_bias logprobs top_logprobs web_search_options'.split(' ');
const TRANSLATED: ReadonlySet<string> = new Set(
  'model messages stream stream_options n max_tokens max_completion_tokens temperature top_p top_k frequency_penalty presence_penalty seed stop tools tool_choice response_format reasoning_effort parallel_tool_calls modalities'.split(
    ' ',
  ),
);
/** Vendors whose models make JSON by a schema only. */
const NEED_SCHEMA: ReadonlySet<Vendor> = new Set<Vendor>(['anthropic', 'bedrock']);

/**
 * A request of the OpenAI protocol as a call of the AI SDK. What has no equal and would make the answer
 * another one is refused; hints such as `user` or `service_tier` are left out, and named.
 *
 * @throws UntranslatableError naming the field.
 */
export function toCallOptions(body: Body, vendor: Vendor): TranslatedCall {
  const dropped = new Set<string>();
  for (const [name, value] of Object.entries(body)) {
    if (isNothing(value)) continue;
    if (REFUSED.includes(name)) throw noEqual(name);
    if (!TRANSLATED.has(name)) dropped.add(name);
  }
  if (typeof body.n === 'number' && body.n > 1) {
    throw new UntranslatableError('n', 'may be at most 1 at this model: it is not supported.');
  }
  if (isList(body.modalities) && body.modalities.some((one) => one !== 'text')) {
    throw noEqual('modalities');
  }
  const number = (name: string): number | undefined => {
    const value = body[name];
    return typeof value === 'number' ? value : undefined;
  };
  const stop = typeof body.stop === 'string' ? [body.stop] : body.stop;
  const options: LanguageModelV3CallOptions = {
    prompt: toPrompt(isList(body.messages) ? body.messages : [], { vendor, dropped }),
    ...given('maxOutputTokens', number('max_completion_tokens') ?? number('max_tokens')),
    ...given('temperature', number('temperature')),
    ...given('topP', number('top_p')),
    ...given('topK', number('top_k')),
    ...given('frequencyPenalty', number('frequency_penalty') || undefined),
    ...given('presencePenalty', number('presence_penalty') || undefined),
    ...given('seed', number('seed')),
    ...given('stopSequences', isList(stop) ? stop.filter(isText) : undefined),
    ...given('responseFormat', toResponseFormat(body.response_format, vendor)),
    ...given('tools', toTools(body.tools)),
    ...given('toolChoice', toToolChoice(body.tool_choice)),
    ...given('providerOptions', toProviderOptions(body, vendor, dropped)),
  };
  return { options, dropped };
}

function toTools(tools: unknown): LanguageModelV3FunctionTool[] | undefined {
  if (!isList(tools) || tools.length === 0) return undefined;
  return tools.map((tool, index) => {
    const named = isObject(tool) && tool.type === 'function' ? tool.function : undefined;
    if (!isObject(named) || typeof named.name !== 'string') throw noEqual(`tools[${index}]`);
    const { name, description, parameters, strict } = named;
    return {
      type: 'function',
      name,
      inputSchema: isObject(parameters) ? parameters : { type: 'object', properties: {} },
      ...given('description', isText(description) ? description : undefined),
      ...given('strict', typeof strict === 'boolean' ? strict : undefined),
    };
  });
}

function toToolChoice(choice: unknown): LanguageModelV3ToolChoice | undefined {
  if (isNothing(choice)) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice };
  const named = isObject(choice) && choice.type === 'function' ? choice.function : undefined;
  if (isObject(named) && isText(named.name)) return { type: 'tool', toolName: named.name };
  throw noEqual('tool_choice');
}

function toResponseFormat(
  format: unknown,
  vendor: Vendor,
): LanguageModelV3CallOptions['responseFormat'] {
  if (isNothing(format)) return undefined;
  if (!isObject(format)) throw noEqual('response_format');
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json_object') {
    if (!NEED_SCHEMA.has(vendor)) return { type: 'json' };
    const problem = 'must have a schema (json_schema): without one it is not supported.';
    throw new UntranslatableError('response_format', problem);
  }
  const described = format.type === 'json_schema' ? format.json_schema : undefined;
  if (!isObject(described) || !isObject(described.schema)) throw noEqual('response_format');
  const { schema, name, description } = described;
  return {
    type: 'json',
    schema,
    ...given('name', isText(name) ? name : undefined),
    ...given('description', isText(description) ? description : undefined),
  };
}

/** What vendors have as options of their own. */
function toProviderOptions(
  { parallel_tool_calls: parallel, reasoning_effort: effort }: Body,
  vendor: Vendor,
  dropped: Set<string>,
): SharedV3ProviderOptions | undefined {
  const own: Record<string, string | boolean> = {};
  if (parallel === false) {
    if (vendor === 'anthropic') own.disableParallelToolUse = true;
    else if (vendor === 'mistral') own.parallelToolCalls = false;
    else throw noEqual('parallel_tool_calls');
  }
  if (isText(effort)) {
    if (vendor === 'anthropic') own.effort = effort === 'minimal' ? 'low' : effort;
    else dropped.add('reasoning_effort');
  }
  return Object.keys(own).length === 0 ? undefined : { [vendor]: own };
}

/** As good as left out. */
function isNothing(value: unknown): boolean {
  const isEmpty = isObject(value) && Object.keys(value).length === 0;
  return value === undefined || value === null || value === false || value === 0 || isEmpty;
}

/** A member, or none where it has no value. */
function given<K extends string, T>(name: K, value: T | undefined): { [key in K]?: T } {
  const members: { [key in K]?: T } = {};
  if (value !== undefined) members[name] = value;
  return members;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function noEqual(param: string): UntranslatableError {
  return new UntranslatableError(param, 'is not supported: it has no equal at this model.');
}
