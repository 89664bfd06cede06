import { expect, it } from 'vitest';
import { parseGate } from './parse-gate.js';

it.each(['gsm8k', 'computer science', 'line\u2028separator', 'two\nlines', 'a>=b'])(
  'takes a benchmark named %j',
  (benchmark) => {
    expect(parseGate(`${benchmark} >= 0.8`)).toEqual({ benchmark, minimum: 0.8 });
  },
);

it.each(['gsm8k', 'gsm8k>=', 'gsm8k>=1.5', 'gsm8k>=80%', '>=0.8', 'gsm8k>=0.8.1', 'gsm8k>0.8'])(
  'refuses %s',
  (text) => {
    expect(() => parseGate(text)).toThrow(/gsm8k>=0\.8/);
  },
);
