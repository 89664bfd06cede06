import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteVocabulary } from './byte-vocabulary.js';

it('numbers texts by first appearance, as a map does', () => {
  const texts = fc.array(fc.oneof(fc.string({ maxLength: 9 }), fc.nat(3000).map(String)), {
    maxLength: 2000,
  });
  fc.assert(
    fc.property(texts, (values) => {
      const vocabulary = new ByteVocabulary();
      const codes = new Map<string, number>();
      for (const value of values) {
        if (!codes.has(value)) codes.set(value, codes.size);
        const bytes = Buffer.from(`<${value}>`);
        expect(vocabulary.code(bytes, 1, bytes.length - 1)).toBe(codes.get(value));
      }
      expect(vocabulary.size).toBe(codes.size);
      const known = Array.from({ length: codes.size }, (_, code) => vocabulary.text(code));
      expect(known).toEqual([...codes.keys()].map((value) => Buffer.from(value).toString()));
    }),
    { numRuns: 30 },
  );
});
