import {
  type Benchmark,
  between,
  type Draft,
  type PerLevel,
  pickDistinct,
  type Template,
} from '../template.js';

function predict(lines: readonly string[], output: string): Draft {
  return { prompt: `What does this Python program print?\n${lines.join('\n')}`, answer: output };
}

const loop: Template = {
  subtopic: 'loop',
  demand: { code: 0.75, mathematics: 0.25 },
  write(random, level) {
    const stop = between(random, 4, 8 + 9 * level);
    const step = between(random, 2, 5);
    const factor = between(random, 2, 3 + 4 * level);
    const modulus = between(random, 7, 19);
    const lines = ['total = 0', `for i in range(${stop}):`];
    if (level === 0) lines.push(`    total += ${factor}`);
    if (level === 1) lines.push(`    total += i * ${factor}`);
    if (level >= 2) {
      lines.push(`    if i % ${step} == 0:`, `        total += i * ${factor}`);
      lines.push('    else:', '        total -= 1');
    }
    if (level === 3) lines.push(`    total = total % ${modulus} if total > 100 else total`);
    lines.push('print(total)');
    let total = 0;
    for (let i = 0; i < stop; i++) {
      if (level === 0) total += factor;
      else if (level === 1) total += i * factor;
      else total += i % step === 0 ? i * factor : -1;
      if (level === 3 && total > 100) total %= modulus;
    }
    return predict(lines, String(total));
  },
};

const nested: Template = {
  subtopic: 'nested loops',
  demand: { code: 0.55, logic: 0.45 },
  write(random, level) {
    const variables = ['i', 'j', 'k', 'n'].slice(0, level + 1);
    const limits = variables.map(() => between(random, 2, 6));
    const modulus = between(random, 2, 4);
    const offset = between(random, 1, 9);
    const lines = ['count = 0'];
    variables.forEach((variable, depth) => {
      lines.push(`${'    '.repeat(depth)}for ${variable} in range(${limits[depth]}):`);
    });
    const indent = '    '.repeat(level + 1);
    lines.push(`${indent}if (${variables.join(' + ')} + ${offset}) % ${modulus} == 0:`);
    lines.push(`${indent}    count += 1`, 'print(count)');
    const countFrom = (depth: number, sum: number): number => {
      if (depth === limits.length) return sum % modulus === 0 ? 1 : 0;
      let count = 0;
      for (let value = 0; value < (limits[depth] ?? 0); value++) {
        count += countFrom(depth + 1, sum + value);
      }
      return count;
    };
    return predict(lines, String(countFrom(0, offset)));
  },
};

const WORDS: PerLevel<readonly string[]> = [
  ['lamp', 'river', 'bread', 'stone', 'cloud', 'garden'],
  ['lantern', 'meadow', 'harbour', 'thunder', 'blanket', 'orchard'],
  ['telegraph', 'carpenter', 'parachute', 'hurricane', 'porcelain'],
  ['palimpsest', 'sarcophagus', 'chrysanthemum', 'kaleidoscope', 'onomatopoeia'],
];
const STRING_STEPS: readonly { python: string; apply: (text: string) => string }[] = [
  { python: 's = s[::-1]', apply: (s) => [...s].reverse().join('') },
  { python: 's = s.upper()', apply: (s) => s.toUpperCase() },
  { python: 's = s[1:]', apply: (s) => s.slice(1) },
  { python: 's = s[:-2]', apply: (s) => s.slice(0, -2) },
  { python: 's = s + s[:2]', apply: (s) => s + s.slice(0, 2) },
  { python: "s = s.replace('a', 'o')", apply: (s) => s.replaceAll('a', 'o') },
  { python: "s = s.replace('e', '')", apply: (s) => s.replaceAll('e', '') },
  { python: 's = s[::2]', apply: (s) => [...s].filter((_, index) => index % 2 === 0).join('') },
  { python: "s = '-'.join(s)", apply: (s) => [...s].join('-') },
];

const strings: Template = {
  subtopic: 'strings',
  demand: { code: 0.5, language: 0.5 },
  write(random, level) {
    const word = random.pick(WORDS[level]);
    const steps = pickDistinct(random, STRING_STEPS, level + 1);
    const output = steps.reduce((text, step) => step.apply(text), word);
    return predict([`s = '${word}'`, ...steps.map((step) => step.python), 'print(s)'], output);
  },
};

const recursion: Template = {
  subtopic: 'recursion',
  demand: { code: 0.7, logic: 0.2, mathematics: 0.1 },
  write(random, level) {
    const base = between(random, 1, 5);
    const factor = between(random, 2, 4);
    const start = between(random, 2, 4 + level);
    const bodies: PerLevel<string> = [
      `return f(n - 1) + ${factor}`,
      `return f(n - 1) * ${factor} - n`,
      `return f(n - 1) + ${factor} * f(n - 2)`,
      `return g(n - 1) + f(n - 2)`,
    ];
    const lines = ['def f(n):', '    if n <= 0:', `        return ${base}`, `    ${bodies[level]}`];
    if (level === 3) lines.push('def g(n):', `    return ${factor} * f(n) if n > 1 else n`);
    const f = (n: number): number => {
      if (n <= 0) return base;
      if (level === 0) return f(n - 1) + factor;
      if (level === 1) return f(n - 1) * factor - n;
      if (level === 2) return f(n - 1) + factor * f(n - 2);
      return (n - 1 > 1 ? factor * f(n - 1) : n - 1) + f(n - 2);
    };
    return predict([...lines, `print(f(${start}))`], String(f(start)));
  },
};

const LIST_STEPS: readonly { python: string; apply: (list: number[]) => number[] }[] = [
  { python: 'xs.sort()', apply: (list) => [...list].sort((a, b) => a - b) },
  { python: 'xs.reverse()', apply: (list) => [...list].reverse() },
  { python: 'xs.append(xs[0])', apply: (list) => [...list, list[0] ?? 0] },
  { python: 'xs.pop(0)', apply: (list) => list.slice(1) },
  { python: 'xs = [x * 2 for x in xs]', apply: (list) => list.map((x) => x * 2) },
  // The appended 1 keeps the list from becoming empty, where a later step would fail.
  {
    python: 'xs = [x for x in xs if x % 2] + [1]',
    apply: (list) => [...list.filter((x) => x % 2 === 1), 1],
  },
  { python: 'xs = xs[-3:]', apply: (list) => list.slice(-3) },
];

const lists: Template = {
  subtopic: 'lists',
  demand: { code: 0.9, logic: 0.1 },
  write(random, level) {
    const numbers = Array.from({ length: 4 + level }, () => between(random, 1, 40));
    const steps = pickDistinct(random, LIST_STEPS, level + 1);
    const output = steps.reduce((list, step) => step.apply(list), numbers);
    return predict(
      [`xs = [${numbers.join(', ')}]`, ...steps.map((step) => step.python), 'print(xs)'],
      `[${output.join(', ')}]`,
    );
  },
};

const COUNTERS: PerLevel<string> = ['Counter', 'Account', 'Reservoir', 'Accumulator'];

const objects: Template = {
  subtopic: 'classes',
  demand: { code: 1 },
  write(random, level) {
    const start = between(random, 0, 30);
    const fee = between(random, 1, 5);
    const name = COUNTERS[level];
    const lines = [
      `class ${name}:`,
      '    def __init__(self, value):',
      '        self.value = value',
    ];
    lines.push('    def add(self, amount):', '        self.value += amount');
    if (level >= 1) lines.push('    def take(self, amount):');
    if (level >= 1) lines.push(`        self.value -= amount + ${level >= 2 ? fee : 0}`);
    if (level === 3) lines.push('    @property', '    def parity(self):');
    if (level === 3) lines.push(`        return self.value % ${fee + 2}`);
    lines.push(`c = ${name}(${start})`);
    let value = start;
    for (let call = 0; call < 2 + level; call++) {
      const amount = between(random, 1, 12);
      const take = level >= 1 && random.integer(2) === 1;
      value += take ? -(amount + (level >= 2 ? fee : 0)) : amount;
      lines.push(`c.${take ? 'take' : 'add'}(${amount})`);
    }
    // Python's modulo takes the sign of the divisor, JavaScript's that of the dividend.
    const modulus = fee + 2;
    const output = level === 3 ? ((value % modulus) + modulus) % modulus : value;
    lines.push(`print(c.${level === 3 ? 'parity' : 'value'})`);
    return predict(lines, String(output));
  },
};

/** Short Python programs whose output is asked; nesting and number of steps grow with the level. */
export const codeOutput: Benchmark = {
  name: 'code-output',
  difficulty: 0.4,
  answerCharacters: 360,
  templates: [loop, nested, strings, recursion, lists, objects],
};
