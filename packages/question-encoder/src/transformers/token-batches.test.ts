import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchByLength, countClosingTokens, truncateTokens } from './token-batches.js';

describe('countClosingTokens', () => {
  it.each([
    [[101, 102], [101, 7, 102], 1],
    [[], [7, 8], 0],
    [[101], [101, 7], 0],
    [[2], [7, 8, 2], 1],
    [[0, 5, 6], [0, 7, 5, 6], 2],
  ])('of %j against %j is %i', (empty, full, closing) => {
    expect(countClosingTokens(empty, full)).toBe(closing);
  });
});

describe('truncateTokens', () => {
  it('keeps the closing tokens of a text that is too long', () => {
    const text = { inputIds: [101, 5, 6, 7, 102], tokenTypeIds: [0, 0, 0, 0, 1] };
    expect(truncateTokens(text, 3, 1)).toEqual({
      inputIds: [101, 5, 102],
      tokenTypeIds: [0, 0, 1],
    });
    expect(truncateTokens(text, 1, 1).inputIds).toEqual([102]);
    expect(truncateTokens(text, 2, 0).inputIds).toEqual([101, 5]);
    expect(truncateTokens(text, 5, 1)).toBe(text);
  });
});

describe('batchByLength', () => {
  it('holds every text with tokens once, longest first, padded behind the mask', () => {
    const limit = fc.integer({ min: 1, max: 12 });
    const ids = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(ids, { maxLength: 12 }), limit, limit, (all, maxTexts, maxTokens) => {
        const texts = all.map((inputIds) => ({ inputIds }));
        const seen: number[] = [];
        let last = Number.POSITIVE_INFINITY;
        for (const batch of batchByLength(texts, { maxTexts, maxTokens }, 99)) {
          const rows = batch.texts.length;
          expect(rows).toBeLessThanOrEqual(maxTexts);
          expect(rows === 1 || rows * batch.positions <= maxTokens).toBe(true);
          expect(batch.positions).toBe(Math.max(...batch.lengths));
          batch.texts.forEach((text, row) => {
            const start = row * batch.positions;
            const expected = [...all[text]!];
            const mask = expected.map(() => 1);
            while (expected.length < batch.positions) {
              expected.push(99);
              mask.push(0);
            }
            const end = start + batch.positions;
            expect(Array.from(batch.inputIds.slice(start, end), Number)).toEqual(expected);
            expect(Array.from(batch.attentionMask.slice(start, end), Number)).toEqual(mask);
            expect(all[text]!.length).toBeLessThanOrEqual(last);
            last = all[text]!.length;
            seen.push(text);
          });
        }
        const withTokens = all.flatMap((inputIds, index) => (inputIds.length > 0 ? [index] : []));
        expect(seen.sort((a, b) => a - b)).toEqual(withTokens);
      }),
    );
  });
});
