import type { LanguageModelV3StreamPart } from '@ai-sdk/provider';
import type { EventOptions } from '../translation.js';
import {
  callItem,
  ending,
  itemId,
  messageItem,
  type OutputItem,
  responseHead,
  responsesUsage,
} from './to-response.js';

/**
 * Parts of a stream of the AI SDK as events of OpenAI's Responses; see `toResponse`. A call is written when it
 * is whole.
 */
export async function* toResponseEvents(
  parts: AsyncIterable<LanguageModelV3StreamPart>,
  { model, errorEvent }: EventOptions,
): AsyncGenerator<string> {
  const about = { id: itemId('resp'), model };
  const writer = new ItemWriter();
  let head: object | undefined;
  for await (const part of parts) {
    if (part.type === 'response-metadata') {
      about.id = part.id ?? about.id;
      about.model = part.modelId ?? about.model;
      continue;
    }
    if (part.type === 'error') {
      yield errorEvent(part.error);
      return;
    }
    if (part.type === 'stream-start' || part.type === 'raw') continue;
    if (!head) {
      head = responseHead(about.id, about.model);
      yield writer.event('response.created', { response: head });
      yield writer.event('response.in_progress', { response: head });
    }
    // Thoughts, and calls on their way, say that the model is at work.
    if (part.type === 'reasoning-delta' || part.type === 'tool-input-delta') yield ': at work\n\n';
    if (part.type === 'text-delta') yield writer.text(part.delta);
    if (part.type === 'tool-call') {
      yield writer.call(callItem(part.toolCallId, part.toolName, part.input));
    }
    if (part.type === 'finish') {
      yield writer.close();
      const how = ending(part.finishReason);
      const isWhole = 'status' in how && how.status === 'completed';
      const usage = responsesUsage(part.usage);
      const response = { ...head, ...how, output: writer.output, usage };
      yield writer.event(isWhole ? 'response.completed' : 'response.incomplete', { response });
      return;
    }
  }
}

/** Writes items one after another, as the protocol has them. */
class ItemWriter {
  readonly output: OutputItem[] = [];
  #sequence = 0;
  /** The message that is being written. */
  #open: { readonly id: string; text: string } | undefined;

  event(type: string, extra: object): string {
    const value = { type, sequence_number: this.#sequence++, ...extra };
    return `event: ${type}\ndata: ${JSON.stringify(value)}\n\n`;
  }

  text(delta: string): string {
    if (delta === '') return '';
    const begun = this.#open ? '' : this.#begin();
    if (this.#open) this.#open.text += delta;
    return begun + this.event('response.output_text.delta', { ...this.#at(), delta, logprobs: [] });
  }

  call(item: OutputItem): string {
    if (item.type !== 'function_call') return '';
    const closed = this.close();
    const output_index = this.output.length;
    const at = { item_id: item.id, output_index };
    const started = { ...item, arguments: '', status: 'in_progress' };
    this.output.push(item);
    const { arguments: json, name } = item;
    return (
      closed +
      this.event('response.output_item.added', { output_index, item: started }) +
      this.event('response.function_call_arguments.delta', { ...at, delta: json }) +
      this.event('response.function_call_arguments.done', { ...at, arguments: json, name }) +
      this.event('response.output_item.done', { output_index, item })
    );
  }

  /** Ends the message that is open. */
  close(): string {
    if (!this.#open) return '';
    const { id, text } = this.#open;
    const at = this.#at();
    const item = messageItem(id, text);
    const part = item.type === 'message' ? item.content[0] : undefined;
    this.#open = undefined;
    this.output.push(item);
    return (
      this.event('response.output_text.done', { ...at, text, logprobs: [] }) +
      this.event('response.content_part.done', { ...at, part }) +
      this.event('response.output_item.done', { output_index: at.output_index, item })
    );
  }

  #begin(): string {
    const id = itemId('msg');
    this.#open = { id, text: '' };
    const item = { ...messageItem(id, ''), status: 'in_progress', content: [] };
    const part = { type: 'output_text', text: '', annotations: [], logprobs: [] };
    return (
      this.event('response.output_item.added', { output_index: this.output.length, item }) +
      this.event('response.content_part.added', { ...this.#at(), part })
    );
  }

  #at() {
    return { item_id: this.#open?.id ?? '', output_index: this.output.length, content_index: 0 };
  }
}
