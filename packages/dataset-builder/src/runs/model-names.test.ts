import { describe, expect, it } from 'vitest';
import { isNamedBy, shortName } from './model-names.js';

describe('shortName', () => {
  it('is the shortest end of a path that means no other file', () => {
    const files = ['logs/a/x.jsonl', 'logs/b/x.jsonl', 'logs/b/y.jsonl', 'x.jsonl'];
    expect(files.map((file) => shortName(file, files))).toEqual([
      'a/x.jsonl',
      'b/x.jsonl',
      'y.jsonl',
      'x.jsonl',
    ]);
    for (const file of files.slice(0, 3)) {
      const named = files.filter((other) => isNamedBy(shortName(file, files), other));
      expect(named).toEqual([file]);
    }
  });
});
