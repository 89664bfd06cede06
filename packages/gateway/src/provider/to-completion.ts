import type { LanguageModelV3GenerateResult } from '@ai-sdk/provider';
import { finishReason, imageOf, usageOf } from './completion-parts.js';

/** An answer of the AI SDK as a chat completion of the OpenAI protocol. */
export function toCompletion(
  { content, finishReason: reason, usage, response }: LanguageModelV3GenerateResult,
  model: string,
): object {
  let text: string | null = null;
  let reasoning = '';
  const calls: object[] = [];
  const images: object[] = [];
  for (const part of content) {
    if (part.type === 'text') text = (text ?? '') + part.text;
    if (part.type === 'reasoning') reasoning += part.text;
    if (part.type === 'file') images.push(imageOf(part));
    if (part.type === 'tool-call') {
      const { toolCallId: id, toolName: name, input } = part;
      calls.push({ id, type: 'function', function: { name, arguments: input } });
    }
  }
  return {
    id: response?.id ?? `chatcmpl-${crypto.randomUUID()}`,
    object: 'chat.completion',
    created: Math.floor((response?.timestamp?.getTime() ?? Date.now()) / 1000),
    model: response?.modelId ?? model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text,
          ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
          ...(calls.length === 0 ? {} : { tool_calls: calls }),
          ...(images.length === 0 ? {} : { images }),
        },
        finish_reason: finishReason(reason),
      },
    ],
    usage: usageOf(usage),
  };
}
