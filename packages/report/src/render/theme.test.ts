import { describe, expect, it } from 'vitest';
import { DARK, LIGHT } from './theme.js';

/** Contrast ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s theme', (_, theme) => {
  const grounds = [theme.background, theme.raised];

  it('has AA text contrast on both backgrounds', () => {
    for (const text of [theme.text, theme.muted, theme.link, theme.warning]) {
      for (const ground of grounds) expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('has marks that stand out, and differ', () => {
    for (const mark of theme.series) {
      for (const ground of grounds) expect(contrast(mark, ground)).toBeGreaterThanOrEqual(3);
    }
    expect(new Set(theme.series).size).toBe(8);
  });

  it('measures contrast as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 9);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });
});
