import type {
  LanguageModelV3CallOptions,
  LanguageModelV3FunctionTool,
  LanguageModelV3ToolChoice,
} from '@ai-sdk/provider';
import { isObject } from '../../http/json-object.js';
import type { Backend } from '../backends.js';
import {
  given,
  isList,
  isNothing,
  isText,
  noEqual,
  numberOf,
  toFunctionTool,
  toJsonFormat,
  toProviderOptions,
} from '../call-settings.js';
import type { TranslatedCall } from '../translation.js';
import { toMessagesPrompt } from './to-messages-prompt.js';

type Fields = Readonly<Record<string, unknown>>;

/** Fields without which there is another answer. */
const REFUSED = ['container', 'mcp_servers'];
const TRANSLATED: ReadonlySet<string> = new Set(
  'model messages system stream max_tokens temperature top_p top_k stop_sequences tools tool_choice output_config output_format'.split(
    ' ',
  ),
);

/**
 * A request of Anthropic's Messages as a call of the AI SDK. What has no equal and would make the answer
 * another one is refused; hints are left out, and named.
 *
 * @throws UntranslatableError naming the field.
 */
export function toMessagesCall(body: Fields, backend: Backend): TranslatedCall {
  const dropped = new Set<string>();
  for (const [name, value] of Object.entries(body)) {
    if (isNothing(value) || (isList(value) && value.length === 0)) continue;
    if (REFUSED.includes(name)) throw noEqual(name);
    const isOff = name === 'thinking' && isObject(value) && value.type === 'disabled';
    if (!TRANSLATED.has(name) && !isOff) dropped.add(name);
  }
  const config = isObject(body.output_config) ? body.output_config : {};
  const format = config.format ?? body.output_format;
  const choice = isObject(body.tool_choice) ? body.tool_choice : {};
  const options: LanguageModelV3CallOptions = {
    prompt: toMessagesPrompt(body, dropped),
    ...given('maxOutputTokens', numberOf(body.max_tokens)),
    ...given('temperature', numberOf(body.temperature)),
    ...given('topP', numberOf(body.top_p)),
    ...given('topK', numberOf(body.top_k)),
    ...given(
      'stopSequences',
      isList(body.stop_sequences) ? body.stop_sequences.filter(isText) : undefined,
    ),
    ...given('responseFormat', toResponseFormat(format)),
    ...given('tools', toTools(body.tools, dropped)),
    ...given('toolChoice', toToolChoice(choice)),
    ...given(
      'providerOptions',
      toProviderOptions(
        {
          isSerial:
            choice.disable_parallel_tool_use === true && 'tool_choice.disable_parallel_tool_use',
          effort: isText(config.effort) ? effortOf(config.effort) : undefined,
          effortField: 'output_config.effort',
        },
        backend,
        dropped,
      ),
    ),
  };
  return { options, dropped };
}

/** The highest efforts have names of their own there. */
function effortOf(effort: string): string {
  return effort === 'max' || effort === 'xhigh' ? 'high' : effort;
}

function toResponseFormat(format: unknown): LanguageModelV3CallOptions['responseFormat'] {
  if (isNothing(format)) return undefined;
  if (isObject(format) && format.type === 'json_schema') {
    return toJsonFormat(format, 'output_config.format');
  }
  throw noEqual('output_config.format');
}

/** Tools that the upstream runs, or that its models were trained on, have no equal. */
function toTools(tools: unknown, dropped: Set<string>): LanguageModelV3FunctionTool[] | undefined {
  if (!isList(tools) || tools.length === 0) return undefined;
  return tools.map((tool, index) => {
    const isCustom = isObject(tool) && (isNothing(tool.type) || tool.type === 'custom');
    if (!isCustom || !isText(tool.name)) throw noEqual(`tools[${index}]`);
    if (isObject(tool.cache_control)) dropped.add('tools[].cache_control');
    return toFunctionTool(tool.name, tool.input_schema, tool);
  });
}

function toToolChoice({ type, name }: Fields): LanguageModelV3ToolChoice | undefined {
  if (type === undefined) return undefined;
  if (type === 'auto' || type === 'none') return { type };
  if (type === 'any') return { type: 'required' };
  if (type === 'tool' && isText(name)) return { type: 'tool', toolName: name };
  throw noEqual('tool_choice');
}
