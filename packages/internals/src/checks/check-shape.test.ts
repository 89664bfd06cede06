import { expect, it } from 'vitest';
import {
  checkBytes,
  checkList,
  checkMap,
  checkObject,
  checkPaths,
  checkString,
} from './check-shape.js';

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

it.each([
  ['a string', () => checkString('path', null as never), '`path` must be a string, but is null.'],
  [
    'bytes',
    () => checkBytes('bytes', [1] as never),
    '`bytes` must be a Uint8Array, but is a list.',
  ],
  [
    'bytes of other numbers',
    () => checkBytes('bytes', new Uint16Array(1) as never),
    '`bytes` must be a Uint8Array, but is an object.',
  ],
  ['a Map', () => checkMap('files', {} as never), '`files` must be a Map, but is an object.'],
  [
    'a path',
    () => checkPaths('p', 7 as never),
    '`p` must be a path or a list of paths, but is a number.',
  ],
  [
    'only paths',
    () => checkPaths('p', ['a', null] as never),
    '`p` must be a path or a list of paths',
  ],
  ['no bytes', () => checkPaths('p', new Uint8Array(2) as never), '`p` must be a path or a list'],
])('says what is not %s', (_, check, message) => {
  expect(check).toThrow(message);
});

it('returns what is right', () => {
  const [object, list] = [{}, ['a']];
  expect(checkObject('options', object)).toBe(object);
  expect(checkList('questions', list)).toBe(list);
  const [bytes, files] = [new Uint8Array(1), new Map()];
  expect(checkBytes('bytes', bytes)).toBe(bytes);
  expect(checkBytes('bytes', Buffer.of(1))).toEqual(Buffer.of(1));
  expect(checkMap('files', files)).toBe(files);
  expect(checkPaths('paths', list)).toBe(list);
  expect(checkPaths('paths', 'a')).toEqual(['a']);
  expect(checkString('path', 'a')).toBe('a');
});
