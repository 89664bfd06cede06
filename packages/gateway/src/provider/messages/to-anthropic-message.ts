import type {
  LanguageModelV3FinishReason,
  LanguageModelV3GenerateResult,
  LanguageModelV3Usage,
} from '@ai-sdk/provider';
import { parseObject } from '../../http/json-object.js';

const STOPPED: Readonly<Record<LanguageModelV3FinishReason['unified'], string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'content-filter': 'refusal',
  'tool-calls': 'tool_use',
  error: 'end_turn',
  other: 'end_turn',
};

/**
 * An answer of the AI SDK as one of Anthropic's Messages. Thoughts of other models stay behind: they could not be
 * signed, and Anthropic's models would refuse them in the next turn.
 */
export function toAnthropicMessage(
  { content, finishReason, usage, response }: LanguageModelV3GenerateResult,
  model: string,
): object {
  const blocks = content.flatMap((part): object[] => {
    if (part.type === 'text') return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    if (part.type !== 'tool-call') return [];
    const { toolCallId: id, toolName: name, input } = part;
    return [{ type: 'tool_use', id, name, input: parseObject(input) ?? {} }];
  });
  return {
    id: response?.id ?? messageId(),
    type: 'message',
    role: 'assistant',
    model: response?.modelId ?? model,
    content: blocks,
    stop_reason: stopReason(finishReason),
    stop_sequence: null,
    usage: messagesUsage(usage),
  };
}

/** An id as Anthropic's look. */
export function messageId(): string {
  return `msg_${crypto.randomUUID().replaceAll('-', '')}`;
}

/** Why an answer ended, in terms of Anthropic's Messages. */
export function stopReason({ unified }: LanguageModelV3FinishReason): string {
  return STOPPED[unified];
}

/** What was counted, in terms of Anthropic's Messages, which leave cached tokens out of the others. */
export function messagesUsage({ inputTokens, outputTokens }: LanguageModelV3Usage): object {
  const { total = 0, cacheRead = 0, cacheWrite = 0 } = inputTokens;
  return {
    input_tokens: Math.max(0, total - cacheRead - cacheWrite),
    cache_read_input_tokens: cacheRead,
    cache_creation_input_tokens: cacheWrite,
    output_tokens: outputTokens.total ?? 0,
  };
}
