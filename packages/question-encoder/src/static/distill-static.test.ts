import { Matrix, type QuestionEncoder } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { tokenizer as tokenizerJson, VOCABULARY } from '../../test/support/tiny-model.js';
import { distillStatic } from '../index.js';

const tokenizer = new TextEncoder().encode(JSON.stringify(tokenizerJson()));
const words = VOCABULARY.slice(4);

/** An encoder of single words, with much variance in its first and none in its last component. */
function wordVector(word: string): number[] {
  const index = words.indexOf(word);
  return [4 * Math.sin(index), Math.cos(3 * index), Math.sin(7 * index) / 5, 1];
}
const seen: string[] = [];
const inner: QuestionEncoder = {
  id: 'inner',
  dimensions: 4,
  encode: async (texts) => {
    seen.push(...texts);
    return Matrix.fromRows(texts.map(wordVector));
  },
};

describe('distillStatic', () => {
  it('keeps the distances of single tokens, in the order of their variance', async () => {
    const encoder = await distillStatic(inner, { tokenizer, dimensions: 3 });
    // Neither special nor unknown tokens are encoded.
    expect(seen).toEqual(words);
    expect([encoder.id, encoder.dimensions]).toEqual(['static:inner', 3]);
    const vectors = await encoder.encode(words);
    const mean = [0, 1, 2, 3].map(
      (j) => words.reduce((sum, word) => sum + wordVector(word)[j]!, 0) / words.length,
    );
    const centred = words.map((word) => wordVector(word).map((value, j) => value - mean[j]!));
    for (const [a] of words.entries()) {
      for (const [b] of words.entries()) {
        const dot = centred[a]!.reduce((sum, value, j) => sum + value * centred[b]![j]!, 0);
        const cosine = dot / Math.hypot(...centred[a]!) / Math.hypot(...centred[b]!);
        const found = vectors.row(a).reduce((sum, v, j) => sum + v * vectors.row(b)[j]!, 0);
        expect(found).toBeCloseTo(cosine, 1);
      }
    }
    const variance = [0, 1, 2].map((j) =>
      words.reduce((sum, _, row) => sum + vectors.row(row)[j]! ** 2, 0),
    );
    expect(variance).toEqual([...variance].sort((a, b) => b - a));
  });

  it('weights a token with the logarithm of its rank', async () => {
    const encoder = await distillStatic(inner, { tokenizer, dimensions: 3, name: 'mine' });
    expect(encoder.id).toBe('static:mine');
    const whole = (await encoder.encode(['one two'])).row(0);
    // Each row of the table is the centred vector, turned, times log(1 + id).
    const mean = (j: number) =>
      words.reduce((s, word) => s + wordVector(word)[j]!, 0) / words.length;
    const length = (word: string) =>
      Math.hypot(...[0, 1, 2].map((j) => wordVector(word)[j]! - mean(j)));
    const alone = await encoder.encode(['one', 'two']);
    const scale = (word: string) => length(word) * Math.log(1 + VOCABULARY.indexOf(word));
    const sum = [0, 1, 2].map(
      (j) => alone.row(0)[j]! * scale('one') + alone.row(1)[j]! * scale('two'),
    );
    const norm = Math.hypot(...sum);
    whole.forEach((value, j) => {
      expect(value).toBeCloseTo(sum[j]! / norm, 2);
    });
  });

  it('refuses more dimensions than there are, and stops when aborted', async () => {
    await expect(distillStatic(inner, { tokenizer, dimensions: 5 })).rejects.toThrow(
      /`dimensions` must be an integer from 1 to 4/,
    );
    const reason = new Error('no longer needed');
    const stopped = distillStatic(inner, { tokenizer, signal: AbortSignal.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
  });
});
