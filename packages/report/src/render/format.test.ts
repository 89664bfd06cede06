import { describe, expect, it } from 'vitest';
import {
  formatBounds,
  formatCostPerThousand,
  formatDifference,
  formatNumber,
  formatPercent,
  formatQuantity,
} from './format.js';

describe('figures', () => {
  it('show a dash where there is none', () => {
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(formatNumber(value, 3)).toBe('–');
      expect(formatPercent(value)).toBe('–');
      expect(formatDifference(value, 3)).toBe('–');
      expect(formatCostPerThousand(value)).toBe('–');
    }
    expect(formatBounds({ mean: 1 }, 3)).toBe('');
  });

  it('have a minus sign, no negative zero, and say the sign of differences', () => {
    expect(formatNumber(-0.25, 2)).toBe('−0.25');
    expect(formatNumber(-0.0001, 2)).toBe('0.00');
    expect(formatDifference(0.25, 2)).toBe('+0.25');
    expect(formatPercent(0.9261)).toBe('92.6%');
    expect(formatBounds({ mean: 0, lower: -0.5, upper: 0.5 }, 1)).toBe('[−0.5, 0.5]');
  });

  it('count and cost', () => {
    expect(formatQuantity(1, 'label')).toBe('1 label');
    expect(formatQuantity(128_465, 'label')).toBe('128,465 labels');
    expect(formatCostPerThousand(0.0000263001)).toBe('$0.0263');
    expect(formatCostPerThousand(0)).toBe('$0');
  });
});
