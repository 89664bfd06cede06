import type { LanguageModelV3StreamPart } from '@ai-sdk/provider';
import { finishReason, imageOf, usageOf } from './completion-parts.js';
import type { EventOptions } from './translation.js';

/** A tool call on its way. */
interface OpenCall {
  readonly index: number;
  hasArguments: boolean;
}

/**
 * Parts of a stream of the AI SDK as events of the OpenAI protocol. A stream that ends without its
 * `finish` is left without an end.
 */
export async function* toChunks(
  parts: AsyncIterable<LanguageModelV3StreamPart>,
  { model, hasUsage, errorEvent }: EventOptions,
): AsyncGenerator<string> {
  const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
  const head = {
    id: `chatcmpl-${crypto.randomUUID()}`,
    object: 'chat.completion.chunk',
    created: Math.floor(Date.now() / 1000),
    model,
  };
  const chunk = (delta: object, reason: string | null = null): string =>
    event({ ...head, choices: [{ index: 0, delta, finish_reason: reason }] });
  const calls = new Map<string, OpenCall>();
  const open = (id: string, name: string): string => {
    const index = calls.size;
    calls.set(id, { index, hasArguments: false });
    const call = { index, id, type: 'function', function: { name, arguments: '' } };
    return chunk({ tool_calls: [call] });
  };
  const write = (call: OpenCall, text: string): string => {
    call.hasArguments = true;
    return chunk({ tool_calls: [{ index: call.index, function: { arguments: text } }] });
  };
  let isBegun = false;
  for await (const part of parts) {
    if (part.type === 'stream-start' || part.type === 'raw') continue;
    if (part.type === 'response-metadata') {
      head.id = part.id ?? head.id;
      head.model = part.modelId ?? head.model;
      continue;
    }
    if (part.type === 'error') {
      yield errorEvent(part.error);
      return;
    }
    if (!isBegun) yield chunk({ role: 'assistant', content: '' });
    isBegun = true;
    switch (part.type) {
      case 'text-delta':
        if (part.delta !== '') yield chunk({ content: part.delta });
        break;
      case 'reasoning-delta':
        if (part.delta !== '') yield chunk({ reasoning_content: part.delta });
        break;
      case 'file':
        yield chunk({ images: [imageOf(part)] });
        break;
      case 'tool-input-start':
        yield open(part.id, part.toolName);
        break;
      case 'tool-input-delta': {
        const call = calls.get(part.id);
        if (call && part.delta !== '') yield write(call, part.delta);
        break;
      }
      case 'tool-call': {
        if (!calls.has(part.toolCallId)) yield open(part.toolCallId, part.toolName);
        const call = calls.get(part.toolCallId);
        // A call without arguments comes without any text of them.
        if (call && !call.hasArguments) yield write(call, part.input);
        break;
      }
      case 'finish':
        yield chunk({}, finishReason(part.finishReason));
        if (hasUsage) yield event({ ...head, choices: [], usage: usageOf(part.usage) });
        yield 'data: [DONE]\n\n';
        return;
    }
  }
}
