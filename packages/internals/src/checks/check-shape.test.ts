import { expect, it } from 'vitest';
import { checkList, checkObject } from './check-shape.js';

it.each([
  [null, 'null'],
  [undefined, 'undefined'],
  ['text', 'a string'],
  [3, 'a number'],
  [[1], 'a list'],
])('says that %j is not an object', (value, found) => {
  expect(() => checkObject('options', value as object)).toThrow(
    `\`options\` must be an object, but is ${found}.`,
  );
});

it.each([
  [null, 'null'],
  ['text', 'a string'],
  [{}, 'an object'],
])('says that %j is not a list', (value, found) => {
  expect(() => checkList('questions', value as unknown as string[])).toThrow(
    `\`questions\` must be a list, but is ${found}.`,
  );
});

it('returns what is right', () => {
  const [object, list] = [{}, ['a']];
  expect(checkObject('options', object)).toBe(object);
  expect(checkList('questions', list)).toBe(list);
});
