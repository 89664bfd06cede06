import { describe, expect, it } from 'vitest';
import { DataError, EmbedLLMError } from './errors.js';
import { advice, namedOption } from './option-advice.js';

describe('advice', () => {
  it('writes options as a caller of the library sets them, and keeps them as data', () => {
    const message = advice`Choose ${namedOption('filter')}, ${namedOption('incomplete', 'skip')}, ${namedOption('threshold', 0.5)}, ${namedOption('filter', ['a', 'b'])} or ${namedOption('metric', { t: 'em' })} of ${3}.`;
    expect(message.text).toBe(
      "Choose the option filter, incomplete: 'skip', threshold: 0.5, filter: ['a', 'b'] or metric: { 't': 'em' } of 3.",
    );
    expect(message.options.map(({ name }) => name)).toEqual([
      ...['filter', 'incomplete', 'threshold', 'filter', 'metric'],
    ]);
  });

  it('travels with errors, whose message is the text', () => {
    const message = advice`Set ${advice`this: ${namedOption('runs', 'merge')}`}.`;
    const error = new DataError(message, { file: 'a.csv' });
    expect(error.message).toBe("a.csv: Set this: runs: 'merge'.");
    expect(error.options).toEqual([{ name: 'runs', value: 'merge', text: "runs: 'merge'" }]);
    expect(new EmbedLLMError('x', { code: 'io' })).not.toHaveProperty('options');
  });
});
