import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { placeLabels } from './place-labels.js';

const FRAME = { width: 400, height: 300 };
const WIDTH = 50;
const point = (x: number, y: number, width = WIDTH) => ({ x, y, r: 5, width });

describe('placeLabels', () => {
  it('puts a name to the right, and to the left near the right edge', () => {
    expect(placeLabels([point(100, 100)], FRAME)[0]?.anchor).toBe('start');
    expect(placeLabels([point(395, 100)], FRAME)[0]?.anchor).toBe('end');
  });

  it('moves a name away from a mark in its way', () => {
    const [first] = placeLabels([point(100, 100), point(130, 100)], FRAME);
    expect(first?.anchor).toBe('end');
  });

  it('leaves a name out where there is no room', () => {
    expect(placeLabels([point(20, 10, 600)], FRAME)).toEqual([undefined]);
  });

  it('never lets two names overlap', () => {
    const random = new Random(4);
    const crowd = Array.from({ length: 60 }, () =>
      point(400 * random.uniform(), 300 * random.uniform()),
    );
    const placed = placeLabels(crowd, FRAME).flatMap((label) => {
      if (!label) return [];
      const shift = { start: 0, end: WIDTH, middle: WIDTH / 2 }[label.anchor];
      return [{ left: label.x - shift, right: label.x - shift + WIDTH, y: label.y }];
    });
    expect(placed.length).toBeGreaterThan(5);
    placed.forEach((a, index) => {
      for (const b of placed.slice(index + 1)) {
        const apart = a.right <= b.left || b.right <= a.left || Math.abs(a.y - b.y) >= 10;
        expect(apart).toBe(true);
      }
    });
  });
});
