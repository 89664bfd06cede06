import type { LanguageModelV3StreamPart, LanguageModelV3ToolCall } from '@ai-sdk/provider';
import type { EventOptions } from '../translation.js';
import { messageId, messagesUsage, stopReason } from './to-anthropic-message.js';

/** Parts of a stream of the AI SDK as events of Anthropic's Messages; see `toAnthropicMessage`. */
export async function* toMessageEvents(
  parts: AsyncIterable<LanguageModelV3StreamPart>,
  { model, errorEvent }: EventOptions,
): AsyncGenerator<string> {
  const head = { id: messageId(), model };
  const blocks = new BlockWriter();
  let isBegun = false;
  for await (const part of parts) {
    if (part.type === 'response-metadata') {
      head.id = part.id ?? head.id;
      head.model = part.modelId ?? head.model;
      continue;
    }
    if (part.type === 'error') {
      yield errorEvent(part.error);
      return;
    }
    if (part.type === 'stream-start' || part.type === 'raw') continue;
    if (!isBegun) yield messageStart(head);
    isBegun = true;
    // Thoughts say that the model is at work.
    if (part.type === 'reasoning-delta') yield event('ping');
    if (part.type === 'text-delta') yield blocks.text(part.delta);
    if (part.type === 'tool-input-start') yield blocks.beginCall(part.id, part.toolName);
    if (part.type === 'tool-input-delta') yield blocks.addToCall(part.id, part.delta);
    if (part.type === 'tool-call') yield blocks.endCall(part);
    if (part.type === 'finish') {
      const delta = { stop_reason: stopReason(part.finishReason), stop_sequence: null };
      const end = event('message_delta', { delta, usage: messagesUsage(part.usage) });
      yield blocks.close() + end + event('message_stop');
      return;
    }
  }
}

/** What was read is counted at the end. */
function messageStart(head: { readonly id: string; readonly model: string }): string {
  const usage = { input_tokens: 0, output_tokens: 0 };
  const rest = { content: [], stop_reason: null, stop_sequence: null, usage };
  return event('message_start', {
    message: { ...head, type: 'message', role: 'assistant', ...rest },
  });
}

/** Writes blocks one after another, as the protocol has them; what comes during a call waits for its end. */
class BlockWriter {
  #count = 0;
  /** What is being written; the id is a call's. */
  #open: { readonly id: string; readonly isText: boolean; isEmpty: boolean } | undefined;
  #waitingText = '';
  #waitingCalls: LanguageModelV3ToolCall[] = [];

  text(delta: string): string {
    if (delta === '') return '';
    if (this.#open?.isText === false) {
      this.#waitingText += delta;
      return '';
    }
    const begun = this.#open ? '' : this.#begin('', { type: 'text', text: '' });
    return begun + this.#add({ type: 'text_delta', text: delta });
  }

  beginCall(id: string, name: string): string {
    // Of two that are written at once, the second waits until it is whole.
    if (this.#open?.isText === false) return '';
    return this.#end() + this.#begin(id, { type: 'tool_use', id, name, input: {} });
  }

  addToCall(id: string, delta: string): string {
    if (delta === '' || this.#open?.isText !== false || this.#open.id !== id) return '';
    return this.#add({ type: 'input_json_delta', partial_json: delta });
  }

  endCall(call: LanguageModelV3ToolCall): string {
    const { toolCallId: id, toolName: name, input } = call;
    if (this.#open?.isText === false && this.#open.id !== id) {
      this.#waitingCalls.push(call);
      return '';
    }
    const begun = this.#open?.isText === false ? '' : this.beginCall(id, name);
    const written = this.#open?.isEmpty
      ? this.#add({ type: 'input_json_delta', partial_json: input })
      : '';
    return begun + written + this.close();
  }

  /** Ends what is open, and writes what waited for that. */
  close(): string {
    const ended = this.#end();
    const calls = this.#waitingCalls;
    const text = this.#waitingText;
    this.#waitingCalls = [];
    this.#waitingText = '';
    return ended + this.text(text) + calls.map((call) => this.endCall(call)).join('');
  }

  #begin(id: string, block: object): string {
    this.#open = { id, isText: id === '', isEmpty: true };
    return event('content_block_start', { index: this.#count, content_block: block });
  }

  #add(delta: object): string {
    if (this.#open) this.#open.isEmpty = false;
    return event('content_block_delta', { index: this.#count, delta });
  }

  #end(): string {
    if (!this.#open) return '';
    this.#open = undefined;
    return event('content_block_stop', { index: this.#count++ });
  }
}

function event(type: string, extra: object = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...extra })}\n\n`;
}
