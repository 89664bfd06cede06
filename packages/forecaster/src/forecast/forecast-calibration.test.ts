import { describe, expect, it } from 'vitest';
import { type ForecastCalibration, scaleAt } from './forecast-calibration.js';

function calibrationOf(inside: number, away: number): ForecastCalibration {
  const at = (scale: number) => ({ answers: [10, 100], scales: [scale, scale] });
  return {
    misfit: { deviations: [0], shares: [1] },
    random: at(inside),
    chosen: at(inside),
    outside: at(away),
    outsideChosen: at(away),
  };
}

describe('scaleAt', () => {
  it('goes from models like those of the pool to those beyond it, where half a chance suffices', () => {
    const calibration = calibrationOf(0.8, 1.6);
    for (const sample of ['random', 'chosen'] as const) {
      expect(scaleAt(calibration, sample, 30, 0)).toBeCloseTo(0.8, 12);
      expect(scaleAt(calibration, sample, 30, 0.25)).toBeCloseTo(1.2, 12);
      expect(scaleAt(calibration, sample, 30, 0.5)).toBeCloseTo(1.6, 12);
      expect(scaleAt(calibration, sample, 30, 1)).toBeCloseTo(1.6, 12);
    }
  });

  it('never narrows the interval of a model beyond the pool', () => {
    expect(scaleAt(calibrationOf(0.8, 0.7), 'random', 30, 1)).toBe(1);
    expect(scaleAt(calibrationOf(1.3, 0.7), 'chosen', 30, 1)).toBeCloseTo(1.3, 12);
  });
});
