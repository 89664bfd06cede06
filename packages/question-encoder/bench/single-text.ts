// What one text costs at a time, as a router encodes it: processor time and wait by encoder and
// length, in ms, the median of many calls. Deciding itself takes about a hundredth of a millisecond.
import { createHashingEncoder, fitLsaEncoder } from '../src/index.js';
import { createTransformersEncoder } from '../src/transformers.js';
import { staticMiniLm } from '../test/support/minilm/static-minilm.js';
import { miniLmFolder } from '../test/support/minilm/write-minilm.js';
import { hasZeroEval, readZeroEval } from '../test/support/zeroeval.js';

const WORDS = [20, 200, 2000];
const prompts = hasZeroEval
  ? readZeroEval().prompts
  : Array.from({ length: 500 }, (_, i) => `What is ${i} plus ${i * 7}? Show each step of the sum.`);
const words = prompts.join(' ').split(/\s+/);
const textOf = (length: number, index: number): string =>
  words.slice(index * 37, index * 37 + length).join(' ');

const folder = await miniLmFolder();
const encoders = [
  await fitLsaEncoder({ texts: prompts }),
  createHashingEncoder(),
  await staticMiniLm(128),
  await createTransformersEncoder({ folder, maxTokens: 512 }),
  await createTransformersEncoder({ folder, maxTokens: 512, dtype: 'q8' }),
];
const names = ['lsa', 'hashing 1024', 'static MiniLM 128', 'MiniLM fp32', 'MiniLM q8'];
const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const reference = new Map<number, number>();

console.log('words a text: CPU ms (wait in ms), and the ratio to the CPU time of lsa');
for (const [index, encoder] of encoders.entries()) {
  const isModel = encoder.id.startsWith('transformers');
  const parts: string[] = [];
  for (const length of WORDS) {
    const [cpu, wait]: [number[], number[]] = [[], []];
    const calls = isModel ? 15 : 300;
    for (let call = 0; call < calls + 5; call++) {
      const text = textOf(length, call);
      const used = process.cpuUsage();
      const start = performance.now();
      await encoder.encode([text]);
      const { user, system } = process.cpuUsage(used);
      if (call < 5) continue;
      wait.push(performance.now() - start);
      cpu.push((user + system) / 1000);
    }
    const middle = median(cpu);
    if (index === 0) reference.set(length, middle);
    const ratio = middle / (reference.get(length) ?? Number.NaN);
    parts.push(`${length}: ${middle.toFixed(3)} (${median(wait).toFixed(3)}), ${ratio.toFixed(2)}`);
  }
  console.log(`${names[index]}: ${parts.join('; ')}`);
}
for (const encoder of encoders) if ('dispose' in encoder) await encoder.dispose();
