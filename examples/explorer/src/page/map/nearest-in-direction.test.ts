import { describe, expect, it } from 'vitest';
import { nearestInDirection } from './nearest-in-direction.js';

const points = [
  { x: 0, y: 0 },
  { x: 10, y: 1 },
  { x: 4, y: 9 },
  { x: 20, y: 0 },
  { x: -5, y: -30 },
];

describe('nearestInDirection', () => {
  it('prefers what lies straight ahead to what is nearer aside', () => {
    expect(nearestInDirection(points, 0, 'ArrowRight')).toBe(1);
    expect(nearestInDirection(points, 0, 'ArrowDown')).toBe(2);
    expect(nearestInDirection(points, 1, 'ArrowRight')).toBe(3);
  });

  it('takes what is aside where nothing lies straight ahead', () => {
    expect(nearestInDirection(points, 0, 'ArrowLeft')).toBe(4);
  });

  it('stays where nothing lies on that side', () => {
    expect(nearestInDirection(points, 3, 'ArrowRight')).toBe(3);
  });

  it('goes to the ends by Home and End, and nowhere by other keys', () => {
    expect(nearestInDirection(points, 0, 'Home')).toBe(4);
    expect(nearestInDirection(points, 0, 'End')).toBe(3);
    expect(nearestInDirection(points, 0, 'x')).toBeUndefined();
  });
});
