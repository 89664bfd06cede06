import { Random, splitQuestions } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseBanding } from './banding.js';
import { findNearDuplicates } from './find-near-duplicates.js';
import { groupNearDuplicates } from './group-near-duplicates.js';
import { bandKeys, MinHasher } from './min-hash.js';
import { normalizeText } from './normalize-text.js';
import { jaccard, shingleSet, shinglingOf } from './shingles.js';

const fails = (code: string): unknown => expect.objectContaining({ code });

/** Texts of random words; some are an earlier one with a few words changed. */
function generate(count: number, seed: number): string[] {
  const random = new Random(seed);
  const word = (): string => `w${random.integer(500)}`;
  const texts: string[][] = [];
  for (let index = 0; index < count; index++) {
    if (index % 3 === 2) {
      const copy = [...(texts[random.integer(index)] as string[])];
      for (let change = random.integer(6); change > 0; change--)
        copy[random.integer(copy.length)] = word();
      texts.push(copy);
    } else texts.push(Array.from({ length: 20 + random.integer(40) }, word));
  }
  return texts.map((words) => words.join(' '));
}

function triplesOf(text: string): Set<string> {
  const words = text.split(' ');
  return new Set(words.slice(2).map((_, index) => words.slice(index, index + 3).join(' ')));
}

/** The definition written out: Jaccard index of sets of word triples as strings. */
function slowJaccard(a: string, b: string): number {
  const [left, right] = [triplesOf(a), triplesOf(b)];
  const shared = [...left].filter((triple) => right.has(triple)).length;
  return shared / (left.size + right.size - shared);
}

describe('findNearDuplicates', () => {
  it('finds the pairs that comparing all of them finds, with their Jaccard index', async () => {
    const texts = generate(150, 4);
    const { pairs, missProbability } = await findNearDuplicates(texts, {
      threshold: 0.6,
      boilerplate: 1,
      missProbability: 1e-5,
      hashes: 512,
    });
    expect(missProbability).toBeLessThanOrEqual(1e-5);
    const found = new Map(pairs.map((pair) => [`${pair.first} ${pair.second}`, pair.similarity]));
    const first = new Map<string, number>();
    for (const [index, text] of texts.entries()) first.set(text, first.get(text) ?? index);
    let expected = 0;
    for (let second = 0; second < texts.length; second++) {
      for (let other = 0; other < second; other++) {
        const [a, b] = [texts[other]!, texts[second]!];
        // Of the same texts, only the first is in pairs.
        const stands = first.get(a) === other && (first.get(b) === second || a === b);
        const similarity = slowJaccard(a, b);
        if (!stands || similarity < 0.6) continue;
        expected++;
        expect(found.get(`${other} ${second}`)).toBeCloseTo(similarity, 12);
      }
    }
    expect(expected).toBeGreaterThan(20);
    expect(pairs).toHaveLength(expected);
  });

  it('groups what pairs lead to, over others too', async () => {
    const a = Array.from({ length: 40 }, (_, index) => `word${index}`);
    const b = a.with(39, 'b');
    const c = b.with(0, 'c');
    const texts = ['something else', a.join(' '), c.join(' '), '', b.join(' '), a.join('  '), ''];
    const { groups, pairs, sameAs } = await findNearDuplicates(texts, { threshold: 0.94 });
    expect([...groups]).toEqual([0, 1, 1, 2, 1, 1, 3]);
    expect([...sameAs]).toEqual([0, 1, 2, 3, 4, 1, 6]);
    expect(pairs.map(({ first, second }) => [first, second])).toEqual([
      [1, 4],
      [2, 4],
      [1, 5],
    ]);
  });

  it('does not take a common instruction for a likeness', async () => {
    const instruction = Array.from({ length: 60 }, (_, index) => `instruction${index}`).join(' ');
    const texts = generate(60, 9).map((text, index) =>
      index % 3 ? `${instruction} ${text}` : text,
    );
    const categories = texts.map((_, index) => (index % 3 ? 'with' : 'without'));
    const kept = await findNearDuplicates(texts, { threshold: 0.5, boilerplate: 1 });
    const left = await findNearDuplicates(texts, { threshold: 0.5, categories });
    expect(kept.pairs.length).toBeGreaterThan(3 * left.pairs.length);
  });

  it('stays linear where all texts share a band, and says what it left out', async () => {
    const base = Array.from({ length: 200 }, (_, index) => `word${index}`);
    const texts = Array.from({ length: 400 }, (_, index) => base.with(100, `x${index}`).join(' '));
    const result = await findNearDuplicates(texts, { boilerplate: 1, maxNeighbours: 4 });
    expect(result.compared).toBeLessThanOrEqual(400 * 4 * result.bands);
    expect(result.skipped).toBeGreaterThan(0);
    expect(new Set(result.groups).size).toBe(1);
  });

  it('gives the same result for the same seed', async () => {
    const texts = generate(100, 2);
    expect(await findNearDuplicates(texts, { seed: 5 })).toEqual(
      await findNearDuplicates(texts, { seed: 5 }),
    );
  });

  it('reports progress, and stops on the signal with its reason', async () => {
    const texts = generate(200, 3);
    const phases: string[] = [];
    await findNearDuplicates(texts, {
      onProgress: ({ phase, done, total }) => {
        expect(done).toBeLessThanOrEqual(total);
        if (done === total) phases.push(phase);
      },
    });
    expect(phases).toEqual(['shingle', 'compare']);
    const controller = new AbortController();
    const stopped = findNearDuplicates(generate(4000, 3), { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 5);
    await expect(stopped).rejects.toThrow('enough');
  });

  it.each([
    [{ threshold: 0 }, /threshold/],
    [{ threshold: 1.1 }, /threshold/],
    [{ threshold: Number.NaN }, /threshold/],
    [{ boilerplate: 0 }, /boilerplate/],
    [{ hashes: 0 }, /hashes/],
    [{ hashes: 2, threshold: 0.1 }, /2 hashes miss pairs/],
    [{ missProbability: 0 }, /missProbability/],
    [{ maxNeighbours: 0.5 }, /maxNeighbours/],
    [{ shingles: { size: 0 } }, /size of a shingle/],
    [{ categories: ['a'] }, /1 categories for 2 texts/],
    [{ seed: -1 }, /seed/],
  ])('refuses %o', async (options, message) => {
    await expect(findNearDuplicates(['a', 'b'], options)).rejects.toThrow(message);
    await expect(findNearDuplicates(['a', 'b'], options)).rejects.toEqual(
      fails('invalid-argument'),
    );
  });
});

describe('groupNearDuplicates', () => {
  it('gives groups that keep near-duplicates in one part of a split', async () => {
    const questions = generate(300, 6).map((prompt, index) => ({
      prompt,
      category: `c${index % 2}`,
    }));
    const categories = questions.map(({ category }) => category);
    const groups = await groupNearDuplicates(questions, { threshold: 0.6 });
    const { pairs } = await findNearDuplicates(
      questions.map(({ prompt }) => prompt),
      { threshold: 0.6, categories },
    );
    const divided = (parts: ReturnType<typeof splitQuestions>): number =>
      pairs.filter(({ first, second }) =>
        Object.values(parts).some((part) => part.includes(first) !== part.includes(second)),
      ).length;
    expect(divided(splitQuestions(categories, { seed: 1 }))).toBeGreaterThan(5);
    expect(divided(splitQuestions(categories, { seed: 1, groups }))).toBe(0);
  });
});

describe('shingles', () => {
  it('have the Jaccard index of the words, for any texts of words', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 3, maxLength: 12 })
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(text, text, (a, b) => {
        const set = (value: string): Uint32Array => shingleSet(value, shinglingOf());
        expect(jaccard(set(a), set(b))).toBeCloseTo(slowJaccard(a, b), 12);
      }),
    );
  });

  it.each([
    ['case and spaces', 'What  is\nTHIS?', 'what is this?', true],
    ['numbers', 'f(1, 2)', 'f(1, 3)', false],
    ['signs', 'a + b', 'a - b', false],
    ['non-Latin case', 'ГДЕ ДОМ', 'где дом', true],
    ['accents', 'résumé of it', 'resume of it', false],
  ])('tell %s apart or not', (_, a, b, same) => {
    const set = (value: string): Uint32Array => shingleSet(normalizeText(value), shinglingOf());
    expect(jaccard(set(a), set(b)) === 1).toBe(same);
  });

  it('cut scripts without spaces into characters', () => {
    expect(shingleSet('日本語の質問です', shinglingOf({ size: 1 }))).toHaveLength(8);
    expect(shingleSet('ab cd', shinglingOf({ size: 1 }))).toHaveLength(2);
    expect(shingleSet('ab  cd', shinglingOf({ unit: 'character', size: 2 }))).toHaveLength(4);
    expect(shingleSet('', shinglingOf())).toHaveLength(0);
  });
});

describe('MinHash and banding', () => {
  it('agree with the probability of the Jaccard index', () => {
    const count = 2000;
    const hasher = new MinHasher(count, 1);
    for (const shared of [20, 50, 90]) {
      const a = Uint32Array.from({ length: 100 }, (_, index) => index * 7919);
      const b = Uint32Array.from({ length: 100 }, (_, index) =>
        index < shared ? index * 7919 : 1_000_003 * (index + 1),
      );
      const signature = hasher.sign(a).slice();
      const agreeing = hasher.sign(b).filter((value, index) => value === signature[index]).length;
      const index = shared / (200 - shared);
      // Four standard errors.
      const bound = 4 * Math.sqrt((index * (1 - index)) / count);
      expect(Math.abs(agreeing / count - index)).toBeLessThan(bound);
    }
  });

  it('miss pairs at the threshold as seldom as promised', () => {
    const { bands, rows, missProbability } = chooseBanding(0.5, 64, 0.2);
    const a = Uint32Array.from({ length: 90 }, (_, index) => index * 7919);
    const b = Uint32Array.from({ length: 90 }, (_, index) =>
      index < 60 ? index * 7919 : 1_000_003 * (index + 1),
    );
    expect(jaccard(a, b)).toBe(0.5);
    let missed = 0;
    const runs = 1000;
    const [left, right] = [new Uint32Array(bands), new Uint32Array(bands)];
    for (let seed = 0; seed < runs; seed++) {
      const hasher = new MinHasher(bands * rows, seed);
      bandKeys(hasher.sign(a), rows, left);
      bandKeys(hasher.sign(b), rows, right);
      if (left.every((key, band) => key !== right[band])) missed++;
    }
    const bound = 4 * Math.sqrt((missProbability * (1 - missProbability)) / runs);
    expect(Math.abs(missed / runs - missProbability)).toBeLessThan(bound);
  });

  it('take the most rows, and no more bands than needed', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 0.99, noNaN: true }),
        fc.double({ min: 1e-6, max: 0.2, noNaN: true }),
        (agreement, wanted) => {
          const { bands, rows, missProbability } = chooseBanding(agreement, 1024, wanted);
          expect(bands * rows).toBeLessThanOrEqual(1024);
          expect(missProbability).toBeLessThanOrEqual(wanted * (1 + 1e-9));
          expect((1 - agreement ** rows) ** (bands - 1)).toBeGreaterThan(wanted * (1 - 1e-9));
          const more = rows + 1;
          if (more <= 32) {
            expect((1 - agreement ** more) ** Math.floor(1024 / more)).toBeGreaterThan(
              wanted * (1 - 1e-9),
            );
          }
        },
      ),
    );
  });
});
