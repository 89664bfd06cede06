import type { LanguageModelV3CallOptions, LanguageModelV3FunctionTool } from '@ai-sdk/provider';
import { isObject } from '../http/json-object.js';
import type { Backend } from './backends.js';
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
} from './call-settings.js';
import { toPrompt } from './to-prompt.js';
import type { TranslatedCall } from './translation.js';
import { UntranslatableError } from './untranslatable.js';

type Body = Readonly<Record<string, unknown>>;

/** Fields that change the answer, and have no equal. */
const REFUSED =
  'audio function_call functions logit_bias logprobs top_logprobs web_search_options'.split(' ');
const TRANSLATED: ReadonlySet<string> = new Set(
  'model messages stream stream_options n max_tokens max_completion_tokens temperature top_p top_k frequency_penalty presence_penalty seed stop tools tool_choice response_format reasoning_effort parallel_tool_calls modalities'.split(
    ' ',
  ),
);
/**
 * A request of the OpenAI protocol as a call of the AI SDK. What has no equal and would make the answer
 * another one is refused; hints such as `user` or `service_tier` are left out, and named.
 *
 * @throws UntranslatableError naming the field.
 */
export function toCallOptions(body: Body, backend: Backend): TranslatedCall {
  const dropped = new Set<string>();
  for (const [name, value] of Object.entries(body)) {
    if (isNothing(value)) continue;
    if (REFUSED.includes(name)) throw noEqual(name);
    if (!TRANSLATED.has(name)) dropped.add(name);
  }
  if (typeof body.n === 'number' && body.n > 1) {
    throw new UntranslatableError('n', 'may be at most 1 for this model.');
  }
  if (isList(body.modalities) && body.modalities.some((one) => one !== 'text')) {
    throw noEqual('modalities');
  }
  const stop = typeof body.stop === 'string' ? [body.stop] : body.stop;
  const options: LanguageModelV3CallOptions = {
    prompt: toPrompt(isList(body.messages) ? body.messages : [], { backend, dropped }),
    ...given('maxOutputTokens', numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens)),
    ...given('temperature', numberOf(body.temperature)),
    ...given('topP', numberOf(body.top_p)),
    ...given('topK', numberOf(body.top_k)),
    ...given('frequencyPenalty', numberOf(body.frequency_penalty) || undefined),
    ...given('presencePenalty', numberOf(body.presence_penalty) || undefined),
    ...given('seed', numberOf(body.seed)),
    ...given('stopSequences', isList(stop) ? stop.filter(isText) : undefined),
    ...given(
      'responseFormat',
      toResponseFormat(
        body.response_format,
        'response_format',
        (format) => format.json_schema,
        backend,
      ),
    ),
    ...given('tools', toTools(body.tools)),
    ...given(
      'toolChoice',
      toToolChoice(body.tool_choice, (choice) => isObject(choice.function) && choice.function.name),
    ),
    ...given(
      'providerOptions',
      toProviderOptions(
        {
          isSerial: body.parallel_tool_calls === false && 'parallel_tool_calls',
          effort: isText(body.reasoning_effort) ? body.reasoning_effort : undefined,
          effortField: 'reasoning_effort',
        },
        backend,
        dropped,
      ),
    ),
  };
  return { options, dropped };
}

function toTools(tools: unknown): LanguageModelV3FunctionTool[] | undefined {
  if (!isList(tools) || tools.length === 0) return undefined;
  return tools.map((tool, index) => {
    const named = isObject(tool) && tool.type === 'function' ? tool.function : undefined;
    if (!isObject(named) || !isText(named.name)) throw noEqual(`tools[${index}]`);
    return toFunctionTool(named.name, named.parameters, named);
  });
}
