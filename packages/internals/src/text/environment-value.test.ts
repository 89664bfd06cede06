import { expect, it } from 'vitest';
import { environmentValue } from './environment-value.js';

it('finds what is set, and nothing that objects inherit', () => {
  expect(environmentValue({ KEY: 'a' }, 'KEY')).toBe('a');
  expect(environmentValue(process.env, 'PATH')).toBe(process.env.PATH);
  for (const name of ['NO_SUCH_VARIABLE', '__proto__', 'constructor', 'toString']) {
    expect(environmentValue({}, name)).toBeUndefined();
    expect(environmentValue(process.env, name)).toBeUndefined();
  }
});
