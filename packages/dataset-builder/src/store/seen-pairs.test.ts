import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeenPairs } from './seen-pairs.js';

it('says whether a pair occurred twice', () => {
  const pairs = fc.array(fc.tuple(fc.nat(5000), fc.nat(100)), { maxLength: 80 });
  fc.assert(
    fc.property(pairs, (all) => {
      const seen = new SeenPairs();
      for (const [question, model] of all) seen.add(question, model);
      expect(seen.mayRepeat).toBe(new Set(all.map(String)).size < all.length);
    }),
  );
});

it('says that it cannot tell where the pairs are too many to keep', () => {
  const seen = new SeenPairs(1 << 16);
  for (let model = 0; model < 512; model++) seen.add(0, model);
  expect(seen.mayRepeat).toBe(false);
  seen.add(1, 512);
  expect(seen.mayRepeat).toBe(true);
});
