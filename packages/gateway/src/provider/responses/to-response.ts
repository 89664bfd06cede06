import type {
  LanguageModelV3FinishReason,
  LanguageModelV3GenerateResult,
  LanguageModelV3Usage,
} from '@ai-sdk/provider';

/** An item of the output of a response. */
export type OutputItem =
  | {
      readonly type: 'message';
      readonly id: string;
      readonly role: 'assistant';
      readonly status: 'completed';
      readonly content: readonly [OutputText];
    }
  | {
      readonly type: 'function_call';
      readonly id: string;
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
      readonly status: 'completed';
    };

/** The text of a message. */
interface OutputText {
  readonly type: 'output_text';
  readonly text: string;
  readonly annotations: readonly [];
  readonly logprobs: readonly [];
}

/**
 * An answer of the AI SDK as one of OpenAI's Responses. Thoughts of other models stay behind: OpenAI's models could not
 * read them in the next turn.
 */
export function toResponse(
  { content, finishReason, usage, response }: LanguageModelV3GenerateResult,
  model: string,
): object {
  let text = '';
  const output: OutputItem[] = [];
  for (const part of content) {
    if (part.type === 'text') text += part.text;
    if (part.type === 'tool-call') {
      output.push(callItem(part.toolCallId, part.toolName, part.input));
    }
  }
  if (text !== '') output.unshift(messageItem(itemId('msg'), text));
  const head = responseHead(response?.id ?? itemId('resp'), response?.modelId ?? model);
  return { ...head, ...ending(finishReason), output, usage: responsesUsage(usage) };
}

/** What all responses say of themselves. */
export function responseHead(id: string, model: string): object {
  return {
    id,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    store: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    usage: null,
  };
}

/** How a response came to its end. */
export function ending({ unified }: LanguageModelV3FinishReason): object {
  const reason =
    unified === 'length'
      ? 'max_output_tokens'
      : unified === 'content-filter'
        ? 'content_filter'
        : undefined;
  if (reason === undefined) return { status: 'completed' };
  return { status: 'incomplete', incomplete_details: { reason } };
}

/** What was counted, in terms of OpenAI's Responses; tokens that a cache took in are named too. */
export function responsesUsage({ inputTokens, outputTokens }: LanguageModelV3Usage): object {
  const { total: input = 0, cacheRead = 0, cacheWrite = 0 } = inputTokens;
  const { total: output = 0, reasoning = 0 } = outputTokens;
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: cacheRead,
      ...(cacheWrite > 0 ? { cache_write_tokens: cacheWrite } : {}),
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}

/** A message of the model. */
export function messageItem(id: string, text: string): OutputItem {
  const part: OutputText = { type: 'output_text', text, annotations: [], logprobs: [] };
  return { type: 'message', id, role: 'assistant', status: 'completed', content: [part] };
}

/** A call of a tool. */
export function callItem(callId: string, name: string, json: string): OutputItem {
  return {
    type: 'function_call',
    id: itemId('fc'),
    call_id: callId,
    name,
    arguments: json === '' ? '{}' : json,
    status: 'completed',
  };
}

/** An id as OpenAI's look. */
export function itemId(prefix: string): string {
  return `${prefix}_${crypto.randomUUID().replaceAll('-', '')}`;
}
