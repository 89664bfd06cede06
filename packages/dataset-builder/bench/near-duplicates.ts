/**
 * Near-duplicates among generated questions and, where it is there, in ZeroEval: by MinHash with
 * banding, and by comparing all pairs of a sample exactly. Prints recall, precision and the ratio of
 * processor times on the sample, then the time for 36,000 questions, as many as EmbedLLM has.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Matrix, Random } from '@embedllm/core';
import {
  findNearDuplicates,
  findSimilarEmbeddings,
  type NearDuplicatePair,
  readEvaluationFolder,
} from '../src/index.js';
import { findBoilerplate, withoutBoilerplate } from '../src/near-duplicates/boilerplate.js';
import { normalizeText } from '../src/near-duplicates/normalize-text.js';
import { jaccard, shingleSet, shinglingOf } from '../src/near-duplicates/shingles.js';

const SAMPLE = 4000;
const ALL = 36_000;
const DIMENSIONS = 768;

interface Texts {
  readonly texts: string[];
  readonly categories: string[];
}

/**
 * Ten categories, each with its instruction; 30 to 200 words of a vocabulary in which frequency falls
 * with rank; every fifth question is an earlier one with 0 to 20 words changed.
 */
function generate(count: number, seed: number): Texts {
  const random = new Random(seed);
  const word = (): string => `w${Math.floor(20_000 ** random.uniform())}`;
  const instructions = Array.from({ length: 10 }, () => Array.from({ length: 30 }, word).join(' '));
  const bodies: string[][] = [];
  const categories: string[] = [];
  for (let index = 0; index < count; index++) {
    if (index % 5 === 4) {
      const source = random.integer(index);
      const body = [...(bodies[source] as string[])];
      for (let change = random.integer(21); change > 0; change--) {
        body[random.integer(body.length)] = word();
      }
      bodies.push(body);
      categories.push(categories[source] as string);
    } else {
      bodies.push(Array.from({ length: 30 + random.integer(171) }, word));
      categories.push(`category ${index % 10}`);
    }
  }
  const texts = bodies.map(
    (body, index) => `${instructions[Number(categories[index]?.slice(9))]}\n${body.join(' ')}`,
  );
  return { texts, categories };
}

/** All pairs at or above the threshold, compared one by one. */
function exactPairs({ texts, categories }: Texts, threshold: number): Set<string> {
  const shingling = shinglingOf();
  const all = texts.map((text) => shingleSet(normalizeText(text), shingling));
  const common = findBoilerplate(all, categories, 0.2);
  const sets = all.map((set) => withoutBoilerplate(set, common));
  const found = new Set<string>();
  for (let second = 0; second < sets.length; second++) {
    for (let first = 0; first < second; first++) {
      if (jaccard(sets[first] as Uint32Array, sets[second] as Uint32Array) >= threshold) {
        found.add(`${first} ${second}`);
      }
    }
  }
  return found;
}

/** Pairs with those added that a text of the same content stands for. */
function expanded(pairs: readonly NearDuplicatePair[], sameAs: Uint32Array): Set<string> {
  const members = new Map<number, number[]>();
  for (const [text, first] of sameAs.entries()) {
    members.set(first, [...(members.get(first) ?? []), text]);
  }
  const found = new Set<string>();
  const cross = (left: readonly number[], right: readonly number[]): void => {
    for (const a of left)
      for (const b of right) if (a !== b) found.add(a < b ? `${a} ${b}` : `${b} ${a}`);
  };
  for (const group of members.values()) cross(group, group);
  for (const { first, second } of pairs) {
    if (sameAs[second] !== first) cross(members.get(first) ?? [], members.get(second) ?? []);
  }
  return found;
}

/** In seconds of processor time, which says more than the time that passed on a machine in use. */
async function timed<T>(work: () => Promise<T> | T): Promise<{ value: T; seconds: number }> {
  const start = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(start);
  return { value, seconds: (user + system) / 1e6 };
}

async function compare(name: string, data: Texts, threshold: number): Promise<void> {
  const { categories, texts } = data;
  const exact = await timed(() => exactPairs(data, threshold));
  const fast = await timed(() => findNearDuplicates(texts, { categories, threshold }));
  const found = expanded(fast.value.pairs, fast.value.sameAs);
  const hits = [...found].filter((pair) => exact.value.has(pair)).length;
  const { bands, rows, compared, missProbability } = fast.value;
  console.log(
    `${name}, ${texts.length} questions, threshold ${threshold}: ${exact.value.size} pairs, ` +
      `recall ${(hits / exact.value.size).toFixed(4)}, precision ${(hits / found.size).toFixed(4)} ` +
      `(${bands} bands x ${rows} rows, ${compared} compared, bound on misses ${missProbability.toExponential(1)}); ` +
      `all pairs ${exact.seconds.toFixed(2)} s, MinHash ${fast.seconds.toFixed(2)} s: ${(exact.seconds / fast.seconds).toFixed(1)} times as fast`,
  );
}

const sample = generate(SAMPLE, 1);
for (const threshold of [0.5, 0.8]) await compare('generated', sample, threshold);
const zeroEval =
  process.env.EMBEDLLM_ZEROEVAL ??
  fileURLToPath(new URL('../../../../shared/data/zeroeval', import.meta.url));
if (existsSync(zeroEval)) {
  const { questions } = await readEvaluationFolder(zeroEval);
  const data = {
    texts: questions.map(({ prompt }) => prompt),
    categories: questions.map(({ category }) => category),
  };
  for (const threshold of [0.5, 0.8]) await compare('ZeroEval', data, threshold);
}

const all = generate(ALL, 2);
const bytes = all.texts.reduce((sum, text) => sum + text.length, 0);
const large = await timed(() => findNearDuplicates(all.texts, { categories: all.categories }));
console.log(
  `generated, ${ALL} questions (${(bytes / 1e6).toFixed(0)} MB): ${large.value.pairs.length} pairs in ${large.seconds.toFixed(1)} s, ` +
    `${large.value.compared} of ${(ALL * (ALL - 1)) / 2} pairs compared, ${large.value.skipped} skipped`,
);

// Directions around ten centres, so that two of one category have a cosine of about 0.5.
const random = new Random(3);
const values = new Float32Array(ALL * DIMENSIONS);
const centres = Array.from({ length: 10 * DIMENSIONS }, () => random.normal());
for (let row = 0; row < ALL; row++) {
  const source = row % 5 === 4 ? random.integer(row) : -1;
  for (let column = 0; column < DIMENSIONS; column++) {
    values[row * DIMENSIONS + column] =
      source < 0
        ? (centres[(row % 10) * DIMENSIONS + column] as number) + random.normal()
        : (values[source * DIMENSIONS + column] as number) + 0.3 * random.normal();
  }
}
const embeddings = new Matrix(ALL, DIMENSIONS, values);
const similar = await timed(() => findSimilarEmbeddings(embeddings));
let exactCosines = 0;
const few = await timed(() => {
  for (let second = 0; second < 2000; second++) {
    const b = embeddings.row(second);
    for (let first = 0; first < second; first++) {
      const a = embeddings.row(first);
      let sum = 0;
      for (let column = 0; column < DIMENSIONS; column++)
        sum += (a[column] as number) * (b[column] as number);
      if (sum > 0) exactCosines++;
    }
  }
});
const allPairs = few.seconds * (ALL / 2000) ** 2;
console.log(
  `embeddings [${ALL}, ${DIMENSIONS}]: ${similar.value.pairs.length} pairs in ${similar.seconds.toFixed(1)} s (${similar.value.bands} bands x ${similar.value.rows} rows, ` +
    `${similar.value.compared} compared, ${similar.value.skipped} skipped); all pairs would take ${allPairs.toFixed(0)} s ` +
    `by ${exactCosines > 0 ? 'the first 2,000' : 'none'}: ${(allPairs / similar.seconds).toFixed(1)} times as fast`,
);
