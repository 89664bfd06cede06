import { describe, expect, it } from 'vitest';
import { agreementByKind, hasMarkedOutputs, scoreMarkedOutputs } from './marked-outputs.js';

describe.skipIf(!hasMarkedOutputs)('scoring raw outputs of 56 models', () => {
  it('agrees with the labels, and leaves hardly any undecided', async () => {
    const agreements = agreementByKind(await scoreMarkedOutputs());
    expect(agreements.map(({ kind, total }) => [kind, total])).toEqual([
      ['choice', 360],
      ['latex', 300],
      ['number', 206],
      ['python-literal', 300],
    ]);
    const shares = agreements.map(({ kind, agreed, total, undecided }) => ({
      kind,
      agreed: agreed / (total - undecided),
      undecided: undecided / total,
    }));
    const least: Readonly<Record<string, number>> = { choice: 0.99, number: 0.99 };
    for (const { kind, agreed, undecided } of shares) {
      expect(agreed, kind).toBeGreaterThanOrEqual(least[kind] ?? 0.97);
      expect(undecided, kind).toBeLessThan(0.02);
    }
  });
});
