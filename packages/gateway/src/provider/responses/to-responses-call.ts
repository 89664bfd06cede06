import type { LanguageModelV3CallOptions, LanguageModelV3FunctionTool } from '@ai-sdk/provider';
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
  toProviderOptions,
  toResponseFormat,
  toToolChoice,
} from '../call-settings.js';
import type { TranslatedCall } from '../translation.js';
import { toResponsesPrompt } from './to-responses-prompt.js';

type Fields = Readonly<Record<string, unknown>>;

/** Fields without which there is another answer. */
const REFUSED = ['background', 'conversation', 'previous_response_id', 'prompt', 'top_logprobs'];
const TRANSLATED: ReadonlySet<string> = new Set(
  'model input instructions stream max_output_tokens temperature top_p tools tool_choice parallel_tool_calls text reasoning'.split(
    ' ',
  ),
);

/**
 * A request of OpenAI's Responses as a call of the AI SDK. What has no equal and would make the answer another
 * one is refused; hints are left out, and named.
 *
 * @throws UntranslatableError naming the field.
 */
export function toResponsesCall(body: Fields, backend: Backend): TranslatedCall {
  const dropped = new Set<string>();
  for (const [name, value] of Object.entries(body)) {
    if (isNothing(value) || (isList(value) && value.length === 0)) continue;
    if (REFUSED.includes(name)) throw noEqual(name);
    if (!TRANSLATED.has(name)) dropped.add(name);
  }
  const text = isObject(body.text) ? body.text : {};
  const reasoning = isObject(body.reasoning) ? body.reasoning : {};
  if (!isNothing(text.verbosity)) dropped.add('text.verbosity');
  if (!isNothing(reasoning.summary)) dropped.add('reasoning.summary');
  const options: LanguageModelV3CallOptions = {
    prompt: toResponsesPrompt(body, dropped),
    ...given('maxOutputTokens', numberOf(body.max_output_tokens)),
    ...given('temperature', numberOf(body.temperature)),
    ...given('topP', numberOf(body.top_p)),
    ...given(
      'responseFormat',
      toResponseFormat(text.format, 'text.format', (format) => format, backend),
    ),
    ...given('tools', toTools(body.tools)),
    ...given(
      'toolChoice',
      toToolChoice(body.tool_choice, ({ name }) => name),
    ),
    ...given(
      'providerOptions',
      toProviderOptions(
        {
          isSerial: body.parallel_tool_calls === false && 'parallel_tool_calls',
          effort: isText(reasoning.effort) ? reasoning.effort : undefined,
          effortField: 'reasoning.effort',
        },
        backend,
        dropped,
      ),
    ),
  };
  return { options, dropped };
}

/** Tools that the upstream runs, or whose arguments follow a grammar, have no equal. */
function toTools(tools: unknown): LanguageModelV3FunctionTool[] | undefined {
  if (!isList(tools) || tools.length === 0) return undefined;
  return tools.map((tool, index) => {
    if (!isObject(tool) || tool.type !== 'function' || !isText(tool.name)) {
      throw noEqual(`tools[${index}]`);
    }
    return toFunctionTool(tool.name, tool.parameters, tool);
  });
}
