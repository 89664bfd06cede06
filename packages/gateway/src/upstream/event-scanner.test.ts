import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Turns } from '../http/turns.js';
import { CHAT } from '../protocol/openai.js';
import { EventScanner } from './event-scanner.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const event = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

describe('EventScanner', () => {
  it('finds the first token and the end', () => {
    const scanner = new EventScanner({ protocol: CHAT, maxLineBytes: 1_048_576 });
    scanner.push(bytes(': waiting\n\n'));
    scanner.push(bytes(event({ role: 'assistant', content: '' })));
    expect(scanner.hasContent).toBe(false);
    scanner.push(bytes(event({ content: 'a "finish_reason":"stop" b' })));
    expect([scanner.hasContent, scanner.isComplete]).toEqual([true, false]);
    scanner.push(bytes(event({ content: 'and "finish_reason":"stop" again' })));
    expect(scanner.isComplete).toBe(false);
    scanner.push(bytes(event({}, 'stop')));
    expect(scanner.isComplete).toBe(true);
  });

  it('takes tool calls for tokens, and errors for errors', () => {
    const tools = new EventScanner({ protocol: CHAT, maxLineBytes: 1_048_576 });
    tools.push(bytes(event({ role: 'assistant', content: null, tool_calls: [{ index: 0 }] })));
    expect(tools.hasContent).toBe(true);
    const failed = new EventScanner({ protocol: CHAT, maxLineBytes: 1_048_576 });
    failed.push(bytes(event({ content: 'a' })));
    failed.push(bytes('data: {"error":{"message":"overloaded"}}\n\n'));
    expect(failed.error).toBe('overloaded');
  });

  it('sees and passes on the same however the bytes are cut, and holds back half a line', () => {
    const text = [
      event({ role: 'assistant' }),
      event({ content: 'häß ' }),
      event({ content: '🦊' }),
    ];
    const whole = bytes(`${text.join('')}${event({}, 'stop')}data: [DONE]\n\nhalf`);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const scanner = new EventScanner({ protocol: CHAT, maxLineBytes: 1_048_576 });
        const ends = [...cuts.sort((a, b) => a - b), whole.length];
        const passed: number[] = [];
        let at = 0;
        for (const end of ends) {
          passed.push(...scanner.push(whole.subarray(at, end)));
          at = end;
        }
        expect(scanner).toMatchObject({ hasContent: true, isComplete: true, error: undefined });
        expect(Uint8Array.from(passed)).toEqual(whole.subarray(0, whole.length - 4));
      }),
    );
  });

  it('reads a long line in turns, and sees in it what it would in a short one', async () => {
    const image = 'A'.repeat(15_000_000);
    const usage = { prompt_tokens: 7, completion_tokens: 2 };
    const ended = {
      choices: [{ index: 0, delta: { images: [image] }, finish_reason: 'stop' }],
      usage,
    };
    const whole = bytes(`data: ${JSON.stringify(ended)}\n\ndata: [DONE]\n\n`);
    const scanner = new EventScanner({ protocol: CHAT, maxLineBytes: 16_777_216 });
    const turns = new Turns();
    let others = 0;
    let isOver = false;
    const other = (): void => {
      if (isOver) return;
      others++;
      setImmediate(other);
    };
    setImmediate(other);
    let passed = 0;
    for (let at = 0; at < whole.length; at += 65_536) {
      const chunk = whole.subarray(at, at + 65_536);
      const lines = scanner.hasLongLine
        ? await scanner.pushLong(chunk, turns)
        : [scanner.push(chunk)];
      for (const { length } of lines) passed += length;
    }
    isOver = true;
    expect(passed).toBe(whole.length);
    expect(others).toBeGreaterThan(0);
    expect(scanner).toMatchObject({ isComplete: true, usage: { input: 7, output: 2 } });
    expect(scanner.outputTokens).toBe(1);
  });

  it('reads a long line that is the last, and no half of one', async () => {
    const long = bytes(event({ content: 'x'.repeat(200_000) }).trimEnd());
    for (const length of [long.length, long.length - 1]) {
      const scanner = new EventScanner({ protocol: CHAT, maxLineBytes: 1_048_576 });
      scanner.push(long.subarray(0, length));
      expect(scanner.hasLongLine).toBe(true);
      const lines = await scanner.finishLong(new Turns());
      const isWhole = length === long.length;
      expect(lines.map((line) => line.length)).toEqual(isWhole ? [length, 2] : []);
      expect(scanner.hasContent).toBe(isWhole);
    }
  });

  it('takes a last event without a line feed, and leaves out half of one', () => {
    const whole = new EventScanner({ protocol: CHAT, maxLineBytes: 1000 });
    whole.push(bytes(`${event({ content: 'a' })}data: [DONE]`));
    expect(whole.isComplete).toBe(false);
    expect(new TextDecoder().decode(whole.finish())).toBe('data: [DONE]\n\n');
    expect(whole.isComplete).toBe(true);
    const finished = new EventScanner({ protocol: CHAT, maxLineBytes: 1000 });
    finished.push(bytes(event({ content: ' there' }, 'stop').trimEnd()));
    expect(finished.finish().length).toBeGreaterThan(0);
    expect(finished.isComplete).toBe(true);
    const half = new EventScanner({ protocol: CHAT, maxLineBytes: 1000 });
    half.push(bytes(`${event({ content: 'a' })}data: {"choices":[{"finish_reason":"stop`));
    expect(half.finish()).toHaveLength(0);
    expect(half.isComplete).toBe(false);
  });

  it.each([
    [
      'OpenRouter',
      'data: {"id":"c","error":{"message":"gone"},"choices":[{"finish_reason":"error"}]}\n',
    ],
    ['OpenRouter, in the choice', event({ content: '' }, 'error')],
    ['an event of that name', 'event: error\ndata: {"message":"gone"}\n\n'],
    ['llama.cpp', 'error: {"code":400,"message":"gone"}\n\n'],
  ])('sees errors after the first token: %s', (_, text) => {
    const scanner = new EventScanner({ protocol: CHAT, maxLineBytes: 1000 });
    scanner.push(bytes(event({ content: 'an "error": "is not" one' })));
    expect(scanner.error).toBeUndefined();
    scanner.push(bytes(text));
    expect(scanner.error).toBeDefined();
    expect(scanner.isComplete).toBe(false);
  });

  it('waits for the end of every choice that was asked for', () => {
    const choice = (index: number): Uint8Array =>
      bytes(`data: {"choices":[{"index":${index},"delta":{},"finish_reason":"stop"}]}\n\n`);
    const scanner = new EventScanner({ protocol: CHAT, maxLineBytes: 1000, choices: 2 });
    scanner.push(choice(0));
    scanner.push(choice(0));
    expect(scanner.isComplete).toBe(false);
    scanner.push(choice(1));
    expect(scanner.isComplete).toBe(true);
  });

  it('takes a carriage return for the end of a line', () => {
    const scanner = new EventScanner({ protocol: CHAT, maxLineBytes: 1000 });
    scanner.push(bytes(event({ content: 'a' }, 'stop').replaceAll('\n', '\r')));
    expect(scanner.isComplete).toBe(true);
  });

  it('joins a long line once, however small its pieces', () => {
    const scanner = new EventScanner({ protocol: CHAT, maxLineBytes: 8_388_608 });
    const line = bytes(event({ content: 'x'.repeat(2_000_000) }));
    for (let at = 0; at < line.length; at += 16) scanner.push(line.subarray(at, at + 16));
    expect(scanner).toMatchObject({ hasContent: true, isOverlong: false });
  });

  it('gives up on a line without end', () => {
    const scanner = new EventScanner({ protocol: CHAT, maxLineBytes: 1_048_576 });
    for (let index = 0; index < 20; index++) scanner.push(new Uint8Array(65_536).fill(97));
    expect(scanner.isOverlong).toBe(true);
  });
});
