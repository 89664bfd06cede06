import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScorer, exactScorer, jsonScorer, numberScorer, regexScorer } from '../collect.js';

async function score(name: string, output: string, key: string | undefined, prompt = '') {
  return createScorer(name).score({ output, key, prompt });
}

const OPTIONS = ['What is the capital of France?', 'A. Rome', 'B. Paris', 'C. I am not sure'].join(
  '\n',
);

describe('choice', () => {
  it.each([
    ['The answer is (B).', 1],
    ['B', 1],
    ['b', 0],
    ['**B.** Paris', 1],
    ['B) Paris', 1],
    ['\\boxed{B}', 1],
    ['The answer is \\(\\boxed{\\text{B}}\\).', 1],
    ['Answer: Paris', 1],
    ['{"reasoning": "It is (A) or (B)", "answer": "B"}', 1],
    ['The answer is (A).\n\nOn reflection, the answer is (B).', 1],
    ['The most accurate answer is:\n\nThe answer is (B).', 1],
    ['<think>The answer is (A).</think>The answer is (B).', 1],
    ['Option B fits, as any map shows.', 1],
    ['The answer is (A).', 0],
    ['I cannot say.', 0],
    ['The answer is A city in France, so (B).', 1],
    ['The answer is (Z).', 0],
    ['', 0],
    ['It could be (A), it could be (B).', undefined],
  ])('%j is %s', async (output, outcome) => {
    expect((await score('choice', output, 'B', OPTIONS)).outcome).toBe(outcome);
  });

  it.each(['A', 'A.', '**A**', 'The answer is A.', 'Answer: A', 'answer: I'])(
    'takes %j for a letter, and not for a word',
    async (output) => {
      const prompt = ['Which?', ...Array.from('ABCDEFGHI', (letter) => `${letter}. of ten`)].join(
        '\n',
      );
      const key = output.includes('I') ? 'I' : 'A';
      expect(await score('choice', output, key, prompt)).toMatchObject({ outcome: 1, answer: key });
    },
  );

  it('takes the letters that the question has, and any where it lists none', async () => {
    expect(await score('choice', '(J)', '(j)')).toMatchObject({ outcome: 1, answer: 'J' });
    expect(await score('choice', 'x', 'B or C')).toMatchObject({
      reason: 'The key "B or C" is not a letter.',
    });
  });
});

describe('number', () => {
  it.each([
    ['The answer is 1,234.5 apples.', '1234.5', 1],
    ['#### 72', '72', 1],
    ['$20', '20', 1],
    ['"answer": "-3/4"', '-0.75', 1],
    ['\\boxed{\\frac{1}{2}}', '0.5', 1],
    ['So 4 * 15 = 60', '60', 1],
    ['{"answer": 60.0}', '60', 1],
    ['{"answer": "3 x 20 = 60 m^2"}', '60', 1],
    ['The answer is 1e3', '1000', 1],
    ['The answer is −5', '-5', 1],
    ['First 7, then 12.', '12', 1],
    ['{"answer": "60"}\n\nThe form was {"answer": "___"}', '60', 1],
    ['The answer is 61.', '60', 0],
    ['The answer cannot be known.', '60', 0],
    ['no digits', '60', 0],
    ['{"answer": "___"} though 60 was tried', '60', 0],
    ['The answer is 86 glasses and 42 plates', '128', undefined],
    ['5', 'five', undefined],
  ])('%j against %s is %s', async (output, key, outcome) => {
    expect((await score('number', output, key)).outcome).toBe(outcome);
  });

  it('allows a difference', async () => {
    const near = numberScorer({ tolerance: 0.01 });
    expect(await near.score({ prompt: '', key: '100', output: '100.9' })).toMatchObject({
      outcome: 1,
    });
    expect(await near.score({ prompt: '', key: '100', output: '102' })).toMatchObject({
      outcome: 0,
    });
  });

  it('reads back any number that it is given in a sentence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ noNaN: true, noDefaultInfinity: true }), async (value) => {
        const { outcome } = await score('number', `The answer is ${value}.`, String(value));
        expect(outcome).toBe(1);
      }),
    );
  });
});

describe('python-literal', () => {
  it.each([
    ["{'b': 1, 'a': [True, None]}", '{"a": [1, None], "b": 1.0}', 1],
    ['{"answer": "[\'a\', \\"b\\"]"}', "['a', 'b']", 1],
    ['[ANSWER]\n(1,)\n[/ANSWER]', '(1,)', 1],
    ['[ANSWER](1)[/ANSWER]', '(1,)', 0],
    ['assert f(3) == [1, 2]', '[1, 2]', 1],
    ['{"answer": "string"}', "'string'", 1],
    ['{"answer": ""}', "''", 1],
    ['{"answer": "a\\nb"}', "'a\\nb'", 1],
    ["b'x' ", "b'x'", 1],
    ["b'x'", "'x'", 0],
    ['[1, 2]', '(1, 2)', 0],
    ['{3, 1, 2}', '{1, 2, 3}', 1],
    ["{'a': 1, 'a': 2}", "{'a': 2}", 1],
    ['0x10', '16', 1],
    ['1_000', '1000', 1],
    ["'it''s'", '"its"', 1],
    ["r'\\n'", "'\\\\n'", 1],
    ['"\\x41\\u00e9"', "'Aé'", 1],
    ['12345678901234567890123', '12345678901234567890124', 0],
    ['[1, 2', '[1, 2]', 0],
    ['len([1])', '1', 0],
    ['___', '[]', 0],
    ['', '[]', 0],
    ['5', 'f(x)', undefined],
  ])('%j against %s is %s', async (output, key, outcome) => {
    expect((await score('python-literal', output, key)).outcome).toBe(outcome);
  });

  it('finds any JSON equal to itself, written as Python writes it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), async (value) => {
        const text = pythonOf(value);
        const { outcome } = await score('python-literal', `[ANSWER]${text}[/ANSWER]`, text);
        expect(outcome).toBe(1);
      }),
    );
  });
});

function pythonOf(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pythonOf).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([key, item]) => `${stringOf(key)}: ${pythonOf(item)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  return typeof value === 'string' ? stringOf(value) : String(value);
}

/** Without brackets, which could look like the mark that ends the answer. */
function stringOf(text: string): string {
  return JSON.stringify(text).replaceAll('[', '\\x5b');
}

describe('json', () => {
  it.each([
    ['{"b": [1, 2], "a": null}', '{"a": null, "b": [1, 2]}', 1],
    ['Here:\n```json\n{"a": 1}\n```\nDone.', '{"a": 1}', 1],
    ['I say {"a": 0} and then {"a": 1}.', '{"a": 1}', 1],
    ['{"a": [2, 1]}', '{"a": [1, 2]}', 0],
    ['{"a": 1, "b": 2}', '{"a": 1}', 0],
    ['{"a": 1', '{"a": 1}', 0],
    ['none', '{"a": 1}', 0],
    ['{}', 'not json', undefined],
  ])('%j against %s is %s', async (output, key, outcome) => {
    expect((await score('json', output, key)).outcome).toBe(outcome);
  });

  it('says where it differs, and can let other fields be', async () => {
    const input = {
      prompt: '',
      key: '{"a": {"b": [1, 2]}}',
      output: '{"a": {"b": [1, 3]}, "c": 1}',
    };
    expect(await jsonScorer().score(input)).toMatchObject({ reason: /\$\.a\.b\[1\]/ });
    const output = '{"a": {"b": [1, 2], "d": 0}, "c": 1}';
    expect(await jsonScorer({ extraFields: true }).score({ ...input, output })).toMatchObject({
      outcome: 1,
    });
  });
});

describe('regex', () => {
  it('searches by the pattern and the flags of the key', async () => {
    expect(await score('regex', 'It is PARIS', '/paris/i')).toMatchObject({
      outcome: 1,
      answer: 'PARIS',
    });
    expect(await score('regex', 'It is PARIS', 'paris')).toMatchObject({ outcome: 0 });
    expect(await score('regex', 'x', '(')).toMatchObject({ reason: /not a regular expression/ });
  });

  it('gives up on a search without end', async () => {
    const endless = regexScorer({ timeoutMs: 50 });
    const result = await endless.score({
      prompt: '',
      key: '^(a+)+$',
      output: `${'a'.repeat(40)}b`,
    });
    expect(result).toEqual({ reason: 'The search took longer than 50 ms.' });
  });
});

describe('exact', () => {
  it('looks past space, quotes, a full stop and case', async () => {
    expect(await score('exact', ' "New  York." ', 'new york')).toMatchObject({ outcome: 1 });
    expect(await score('exact', 'The answer is Paris.', 'paris')).toMatchObject({ outcome: 1 });
    expect(await score('exact', 'The answer is 42', 'The answer is 42')).toMatchObject({
      outcome: 1,
    });
    expect(await score('exact', 'Paris, France', 'Paris')).toMatchObject({ outcome: 0 });
    const strict = exactScorer({ caseSensitive: true });
    expect(await strict.score({ prompt: '', key: 'ok', output: 'OK' })).toMatchObject({
      outcome: 0,
    });
  });
});

it.each(['choice', 'number', 'python-literal', 'latex', 'json', 'regex', 'exact', 'javascript'])(
  '%s leaves a question without a key undecided',
  async (name) => {
    expect(await score(name, 'x', undefined)).toEqual({ reason: 'The question has no key.' });
  },
);

it('refuses an unknown scorer, naming those there are', () => {
  expect(() => createScorer('numbers')).toThrow(
    /Unknown scorer "numbers"\. Did you mean "number"\? Available: .*choice, number, python-literal/,
  );
});
