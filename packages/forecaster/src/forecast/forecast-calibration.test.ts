import { describe, expect, it } from 'vitest';
import {
  type CheckedForecast,
  calibrate,
  type ForecastCalibration,
  scaleAt,
} from './forecast-calibration.js';

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
    const calibration = calibrationOf(1, 1.8);
    for (const sample of ['random', 'chosen'] as const) {
      expect(scaleAt(calibration, sample, 30, 0)).toBeCloseTo(1, 12);
      expect(scaleAt(calibration, sample, 30, 0.25)).toBeCloseTo(1.4, 12);
      expect(scaleAt(calibration, sample, 30, 0.5)).toBeCloseTo(1.8, 12);
      expect(scaleAt(calibration, sample, 30, 1)).toBeCloseTo(1.8, 12);
    }
  });

  it('is never smaller beyond the pool than within', () => {
    expect(scaleAt(calibrationOf(1.3, 1), 'chosen', 30, 1)).toBeCloseTo(1.3, 12);
  });
});

describe('calibrate', () => {
  it('widens intervals that hold too seldom, and narrows none', () => {
    // Accuracies that are `reach` standard deviations of their forecast away.
    const checkedOf = (models: number, reach: number): CheckedForecast[] =>
      Array.from({ length: models }, (_, m) => ({
        answers: 30,
        accuracies: [0.5 + (reach * 0.05 * (m + 1)) / models],
        forecasts: [
          {
            benchmark: 0,
            questions: 1000,
            answers: 30,
            correct: 15,
            mixture: {
              means: Float64Array.of(0.5),
              variances: Float64Array.of(0.05 ** 2),
              weights: Float64Array.of(1),
            },
            outside: 0,
            misfit: undefined,
          },
        ],
      }));
    const scaleOf = (models: number, reach: number): number => {
      const checked = checkedOf(models, reach);
      const calibration = calibrate({
        random: checked,
        chosen: checked,
        outside: [],
        outsideChosen: [],
      });
      return calibration.random.scales[0]!;
    };
    expect(scaleOf(200, 0.5)).toBe(1);
    expect(scaleOf(200, 6)).toBeGreaterThan(2);
  });
});
