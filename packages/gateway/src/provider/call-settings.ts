import type {
  LanguageModelV3CallOptions,
  LanguageModelV3FunctionTool,
  LanguageModelV3ToolChoice,
  SharedV3ProviderOptions,
} from '@ai-sdk/provider';
import { isObject } from '../http/json-object.js';
import type { Backend } from './backends.js';
import { UntranslatableError } from './untranslatable.js';

type Fields = Readonly<Record<string, unknown>>;

/** Models that make JSON by a schema only. */
const NEED_SCHEMA: ReadonlySet<Backend> = new Set<Backend>(['anthropic', 'bedrock']);

/** Settings that each backend has under a name of its own. */
export interface OwnSettings {
  /** The field that asks for at most one tool call at a time, where it does. */
  readonly isSerial: string | false;
  readonly effort: string | undefined;
  /** Where the effort comes from. */
  readonly effortField: string;
}

/**
 * Settings as the backend's package takes them.
 *
 * @param dropped - Takes the name of an effort that has no equal.
 * @throws UntranslatableError where tools cannot be kept from being called at once.
 */
export function toProviderOptions(
  { isSerial, effort, effortField }: OwnSettings,
  backend: Backend,
  dropped: Set<string>,
): SharedV3ProviderOptions | undefined {
  const own: Record<string, string | boolean> = {};
  if (isSerial !== false) {
    const [name, value] = SERIAL[backend] ?? [];
    if (name === undefined || value === undefined) throw noEqual(isSerial);
    own[name] = value;
  }
  if (effort !== undefined) {
    if (backend === 'anthropic') own.effort = effort === 'minimal' ? 'low' : effort;
    else if (backend === 'compatible' || backend === 'responses') own.reasoningEffort = effort;
    else dropped.add(effortField);
  }
  // Nothing is to be kept that nobody will ask for again.
  if (backend === 'responses') own.store = false;
  const name = backend === 'responses' ? 'openai' : backend;
  return Object.keys(own).length === 0 ? undefined : { [name]: own };
}

/** How a backend is kept from calling tools at once, of those that can be. */
const SERIAL: { readonly [backend in Backend]?: readonly [string, boolean] } = {
  anthropic: ['disableParallelToolUse', true],
  mistral: ['parallelToolCalls', false],
  compatible: ['parallel_tool_calls', false],
  responses: ['parallelToolCalls', false],
};

/**
 * What OpenAI's protocols say of the form of an answer.
 *
 * @param schemaOf - Where a format has its schema, with name and description.
 * @throws UntranslatableError for other formats, and where the backend needs a schema for JSON.
 */
export function toResponseFormat(
  format: unknown,
  param: string,
  schemaOf: (format: Fields) => unknown,
  backend: Backend,
): LanguageModelV3CallOptions['responseFormat'] {
  if (isNothing(format)) return undefined;
  if (!isObject(format)) throw noEqual(param);
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json_object') return checkJsonWithoutSchema(param, backend);
  if (format.type === 'json_schema') return toJsonFormat(schemaOf(format), param);
  throw noEqual(param);
}

function checkJsonWithoutSchema(
  param: string,
  backend: Backend,
): LanguageModelV3CallOptions['responseFormat'] {
  if (!NEED_SCHEMA.has(backend)) return { type: 'json' };
  const problem = 'must have a schema (json_schema): without one it is not supported.';
  throw new UntranslatableError(param, problem);
}

/** JSON by a schema. */
export function toJsonFormat(
  described: unknown,
  param: string,
): LanguageModelV3CallOptions['responseFormat'] {
  if (!isObject(described) || !isObject(described.schema)) throw noEqual(param);
  const { schema, name, description } = described;
  return {
    type: 'json',
    schema,
    ...given('name', isText(name) ? name : undefined),
    ...given('description', isText(description) ? description : undefined),
  };
}

/** A function that the model may call, with the JSON Schema of its arguments. */
export function toFunctionTool(
  name: string,
  schema: unknown,
  { description, strict }: Fields,
): LanguageModelV3FunctionTool {
  return {
    type: 'function',
    name,
    inputSchema: isObject(schema) ? schema : { type: 'object', properties: {} },
    ...given('description', isText(description) ? description : undefined),
    ...given('strict', typeof strict === 'boolean' ? strict : undefined),
  };
}

/**
 * What OpenAI's protocols say of the tool to call.
 *
 * @param nameOf - Where a choice has the name of its function.
 * @throws UntranslatableError for other choices.
 */
export function toToolChoice(
  choice: unknown,
  nameOf: (choice: Fields) => unknown,
): LanguageModelV3ToolChoice | undefined {
  if (isNothing(choice)) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice };
  const name = isObject(choice) && choice.type === 'function' ? nameOf(choice) : undefined;
  if (isText(name)) return { type: 'tool', toolName: name };
  throw noEqual('tool_choice');
}

/** As good as left out. */
export function isNothing(value: unknown): boolean {
  const isEmpty = isObject(value) && Object.keys(value).length === 0;
  return value === undefined || value === null || value === false || value === 0 || isEmpty;
}

/** A member, or none where it has no value. */
export function given<K extends string, T>(name: K, value: T | undefined): { [key in K]?: T } {
  const members: { [key in K]?: T } = {};
  if (value !== undefined) members[name] = value;
  return members;
}

/** Whether it is a list. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Whether it is a text. */
export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A number, where it is one. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** What cannot be translated. */
export function noEqual(param: string): UntranslatableError {
  return new UntranslatableError(param, 'is not supported: it has no equivalent for this model.');
}
