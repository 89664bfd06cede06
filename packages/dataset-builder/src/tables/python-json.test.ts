import { expect, it } from 'vitest';
import { pythonJson } from './python-json.js';

it.each([
  ["['a', \"it's\"]", ['a', "it's"]],
  [
    "[{'role': 'user', 'content': 'n1, vNone and {: s\"x\"'}]",
    [{ role: 'user', content: 'n1, vNone and {: s"x"' }],
  ],
  ["('a', 1.5, -2, True, None, [])", ['a', 1.5, -2, 1, null, []]],
  ["{'a': {'b': 'tab\\t'}}", { a: { b: 'tab\t' } }],
])('reads %s as JSON would have it', (text, value) => {
  expect(pythonJson(text)).toEqual(value);
});

it.each(["['a'", "{'a', 'b'}", "{1: 'a'}", 'print(1)', '[1, inf]extra'])('refuses %s', (text) => {
  expect(pythonJson(text)).toBeUndefined();
});
