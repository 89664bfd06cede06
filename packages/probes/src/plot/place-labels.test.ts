import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { placeLabels } from './place-labels.js';

const frame = { width: 300, height: 200, fontSize: 10, radius: 4 };

describe('placeLabels', () => {
  it('prefers the right, turns to the left at the edge, and moves out of the way', () => {
    const places = placeLabels({
      ...frame,
      points: [
        { x: 50, y: 100, text: 'alone' },
        { x: 295, y: 100, text: 'at the edge' },
        { x: 50, y: 20, text: 'next to a dot' },
        { x: 62, y: 20, text: '' },
      ],
    });
    expect(places[0]).toEqual({ anchor: 'start', dy: 0 });
    expect(places[1]).toEqual({ anchor: 'end', dy: 0 });
    expect(places[2]?.dy).not.toBe(0);
    expect(places[3]).toBeUndefined();
  });

  it('leaves out what fits nowhere', () => {
    const points = [{ x: 150, y: 100, text: 'x'.repeat(100) }];
    expect(placeLabels({ ...frame, points })).toEqual([undefined]);
  });

  it('never lets a label cover a dot, another label or an edge', () => {
    const random = new Random(4);
    const points = Array.from({ length: 120 }, (_, index) => ({
      x: 300 * random.uniform(),
      y: 200 * random.uniform(),
      text: `model ${index}`,
    }));
    const places = placeLabels({ ...frame, points });
    const boxes = points.flatMap(({ x, y, text }, index) => {
      const place = places[index];
      if (!place) return [];
      const length = 6 * text.length;
      const left = place.anchor === 'start' ? x + 6 : x - 6 - length;
      return [{ left, right: left + length, middle: y + place.dy }];
    });
    expect(boxes.length).toBeGreaterThan(10);
    boxes.forEach((box, index) => {
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(300);
      for (const other of boxes.slice(index + 1)) {
        const apart = Math.abs(other.middle - box.middle) >= 12.2 - 1e-9;
        expect(apart || other.left >= box.right || box.left >= other.right).toBe(true);
      }
      for (const { x, y } of points) {
        const apart = Math.abs(y - box.middle) >= 6.1 + 4 - 1e-9;
        expect(apart || x - 4 >= box.right - 1e-9 || x + 4 <= box.left + 1e-9).toBe(true);
      }
    });
  });
});
