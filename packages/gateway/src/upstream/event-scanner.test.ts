import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventScanner } from './event-scanner.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const event = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

describe('EventScanner', () => {
  it('finds the first token and the end', () => {
    const scanner = new EventScanner();
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
    const tools = new EventScanner();
    tools.push(bytes(event({ role: 'assistant', content: null, tool_calls: [{ index: 0 }] })));
    expect(tools.hasContent).toBe(true);
    const failed = new EventScanner();
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
        const scanner = new EventScanner();
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

  it('gives up on a line without end', () => {
    const scanner = new EventScanner();
    for (let index = 0; index < 20; index++) scanner.push(new Uint8Array(65_536).fill(97));
    expect(scanner.isOverlong).toBe(true);
  });
});
