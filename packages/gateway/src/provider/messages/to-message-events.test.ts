import type { LanguageModelV3StreamPart } from '@ai-sdk/provider';
import { expect, it } from 'vitest';
import { toMessageEvents } from './to-message-events.js';

const usage = {
  inputTokens: { total: 20, noCache: 10, cacheRead: 8, cacheWrite: 2 },
  outputTokens: { total: 7, text: 7, reasoning: 0 },
};

async function eventsOf(parts: readonly LanguageModelV3StreamPart[]) {
  const written: string[] = [];
  const source = (async function* () {
    yield* parts;
  })();
  const options = { model: 'm', hasUsage: true, errorEvent: () => 'event: error\n\n' };
  for await (const text of toMessageEvents(source, options)) written.push(text);
  return written
    .join('')
    .split('\n\n')
    .filter(Boolean)
    .map((event) => JSON.parse(event.split('data: ')[1] ?? '{}'));
}

it('writes one block after another, also of calls and texts that come at once', async () => {
  const events = await eventsOf([
    { type: 'stream-start', warnings: [] },
    { type: 'text-delta', id: '0', delta: 'Let me ' },
    { type: 'tool-input-start', id: 'a', toolName: 'one' },
    { type: 'tool-input-delta', id: 'a', delta: '{"x":' },
    { type: 'tool-input-start', id: 'b', toolName: 'two' },
    { type: 'tool-input-delta', id: 'b', delta: '{"y":2}' },
    { type: 'text-delta', id: '0', delta: 'look.' },
    { type: 'tool-call', toolCallId: 'b', toolName: 'two', input: '{"y":2}' },
    { type: 'tool-input-delta', id: 'a', delta: '1}' },
    { type: 'tool-call', toolCallId: 'a', toolName: 'one', input: '{"x":1}' },
    { type: 'tool-call', toolCallId: 'c', toolName: 'three', input: '{}' },
    { type: 'finish', usage, finishReason: { unified: 'tool-calls', raw: undefined } },
  ]);
  const blocks: { type: string; name?: string; text: string }[] = [];
  let open: number | undefined;
  for (const { type, index, content_block: block, delta } of events) {
    if (type === 'content_block_start') {
      expect([open, index]).toEqual([undefined, blocks.length]);
      open = index;
      blocks.push({ type: block.type, name: block.name, text: '' });
    }
    if (type === 'content_block_delta') {
      expect(index).toBe(open);
      const written = blocks[index];
      if (written) written.text += delta.text ?? delta.partial_json;
    }
    if (type === 'content_block_stop') {
      expect(index).toBe(open);
      open = undefined;
    }
  }
  expect(blocks).toEqual([
    { type: 'text', text: 'Let me ' },
    { type: 'tool_use', name: 'one', text: '{"x":1}' },
    { type: 'text', text: 'look.' },
    { type: 'tool_use', name: 'two', text: '{"y":2}' },
    { type: 'tool_use', name: 'three', text: '{}' },
  ]);
  expect(events.at(-2)).toMatchObject({
    delta: { stop_reason: 'tool_use' },
    usage: {
      input_tokens: 10,
      cache_read_input_tokens: 8,
      cache_creation_input_tokens: 2,
      output_tokens: 7,
    },
  });
  expect(events.at(-1)).toEqual({ type: 'message_stop' });
});

it('has no end where the stream has none', async () => {
  const events = await eventsOf([{ type: 'text-delta', id: '0', delta: 'half' }]);
  expect(events.map(({ type }) => type)).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
  ]);
});
