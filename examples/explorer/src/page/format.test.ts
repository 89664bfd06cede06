import { expect, it } from 'vitest';
import { percent, usdPerThousand } from './format.js';

it('writes shares in percent', () => {
  expect(percent(0.8312)).toBe('83.1%');
  expect(percent(1, 0)).toBe('100%');
});

it('writes dollars for a thousand questions with two digits that count', () => {
  expect(usdPerThousand(0.0000213)).toBe('$0.021');
  expect(usdPerThousand(0.0127)).toBe('$13');
  expect(usdPerThousand(0.00163)).toBe('$1.6');
  expect(usdPerThousand(0.5)).toBe('$500');
  expect(usdPerThousand(0)).toBe('$0');
});
