import { describe, expect, it } from 'vitest';
import { javascriptScorer } from '../src/collect.js';

const memoryBytes = 16 * 1024 * 1024;
const scorer = javascriptScorer({ timeoutMs: 300, memoryBytes });
/** Right programs are to end, however busy the machine is. */
const patient = javascriptScorer({ timeoutMs: 20_000, memoryBytes });
const TEST = 'assertEqual(add(1, 2), 3);';

async function score(program: string, key = TEST, by = scorer) {
  return by.score({ prompt: 'Write add(a, b).', output: program, key });
}

const RIGHT = 'const add = (a, b) => a + b;';

describe('javascriptScorer', () => {
  it.each<[string, string, number | undefined]>([
    [`Here it is:\n\n\`\`\`js\n${RIGHT}\n\`\`\`\nIt adds.`, TEST, 1],
    [RIGHT, TEST, 1],
    ['const add = (a, b) => a - b;', TEST, 0],
    ['const add = (a, b) => {', TEST, 0],
    [RIGHT, 'assert(add(1, 1) === 2); assertEqual([{ a: 1, b: [2] }], [{ b: [2], a: 1 }]);', 1],
    [RIGHT, 'assertEqual({ a: 1 }, { a: 1, b: 2 });', 0],
    [RIGHT, 'assert(1);', 0],
    [RIGHT, 'assert(', undefined],
  ])('scores %j by %j as %s', async (program, test, outcome) => {
    expect((await score(program, test, patient)).outcome).toBe(outcome);
  });

  // Each must end in a clear score and leave this process well.
  it.each<[string, string, RegExp]>([
    ['an endless loop', 'for (;;) {}', /took longer than 300 ms/],
    ['an endless loop in the call', 'function add() { for (;;) {} }', /took longer than 300 ms/],
    [
      'an endless regular expression',
      'function add() { return /^(a+)+$/.test("a".repeat(40) + "b"); }',
      /took longer|test failed/,
    ],
    [
      'a memory bomb',
      'const all = []; for (;;) all.push(new Array(100000).fill(all));',
      /memory|took longer/,
    ],
    ['a long text', 'let text = "x"; for (;;) text += text;', /memory|too long|length|took longer/],
    ['a huge typed array', 'new Uint8Array(2 ** 33); new Uint8Array(2 ** 31 - 1);', /threw/],
    ['deep recursion', 'const f = () => f() + 1; f();', /stack|threw|sandbox/],
    [
      'deep recursion in a getter',
      'const o = { get x() { return this.x; } }; o.x;',
      /stack|threw|sandbox/,
    ],
    ['deeply nested source', `${'['.repeat(100000)}`, /threw|sandbox|stack/],
    [
      'deeply nested JSON',
      'let j = "1"; for (let i = 0; i < 20000; i++) j = "[" + j + "]"; JSON.stringify(JSON.parse(j));',
      /threw|sandbox|stack|failed|took longer/,
    ],
    ['a file', 'require("fs").readFileSync("/etc/passwd");', /ReferenceError/],
    ['a module', 'import fs from "fs"; fs.readFileSync("/etc/passwd");', /could not load module/],
    [
      'a dynamic import',
      'var leak; import("node:fs").then((fs) => { leak = fs; });',
      /test failed|threw/,
    ],
    ['the process', 'process.exit(3);', /ReferenceError/],
    ['a child process', 'process.binding("spawn_sync");', /ReferenceError/],
    ['the network', 'fetch("http://127.0.0.1/");', /ReferenceError/],
    ['a timer', 'setTimeout(() => {}, 1e9);', /ReferenceError/],
    [
      'the way out by a constructor',
      'const p = (() => {}).constructor("return process")(); p.exit(3);',
      /threw/,
    ],
    ['the way out by this', 'this.constructor.constructor("return process")().exit(3);', /threw/],
    ['WebAssembly', 'new WebAssembly.Memory({ initial: 60000 });', /ReferenceError/],
    [
      'shared memory',
      'new Worker("x"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
      /threw/,
    ],
    [
      'its own assertions',
      'globalThis.assert = globalThis.assertEqual = () => true; function add() {}',
      /test failed/,
    ],
    ['a test that is left early', 'function add() { throw null; }', /test failed/],
    [
      'altered built-ins',
      'Object.is = () => true; Object.keys = () => []; Array.isArray = () => true; function add() { return {}; }',
      /test failed/,
    ],
    [
      'an altered prototype',
      'Object.prototype.valueOf = () => 3; Number.prototype.constructor = null; function add() { return {}; }',
      /test failed/,
    ],
    [
      'errors that throw',
      'throw { get message() { for (;;) {} }, toString() { throw 1; } };',
      /threw|took longer|sandbox/,
    ],
    [
      'a promise that never ends',
      'async function loop() { for (;;) await 0; } loop(); function add() {}',
      /test failed/,
    ],
    [
      'a generator without end',
      'const g = (function* () { for (;;) yield 1; })(); [...g];',
      /memory|took longer/,
    ],
  ])('ends %s with a score', async (_, program, reason) => {
    const endsByTime = reason.source.includes('longer');
    const result = await score(program, TEST, endsByTime ? scorer : patient);
    expect(result.outcome).toBe(0);
    expect(result.reason).toMatch(reason);
    expect(process.exitCode).toBeUndefined();
  });

  it('still scores after all of that, and stops when it is told to', async () => {
    expect((await score(RIGHT, TEST, patient)).outcome).toBe(1);
    const signal = AbortSignal.abort(new Error('enough'));
    const answer = { prompt: '', output: RIGHT, key: TEST, signal };
    await expect(Promise.resolve(scorer.score(answer))).rejects.toThrow('enough');
  });
});
