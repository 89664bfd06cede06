import { Matrix, type ModelInfo, type Random } from '@embedllm/core';
import { portableNormal } from './portable-random.js';
import type { RosterEntry } from './roster.js';
import { TOPICS } from './topics.js';

/** Logits of general ability gained with each tenfold size, up to 32 billion and beyond. */
const SIZE_SLOPE = 1.9;
const LARGE_SIZE_SLOPE = 0.9;
const LARGE_DECADES = 0.505;
/** Standard deviations of the family's and of the model's own offset in each skill. */
const FAMILY_SPREAD = 0.45;
const OWN_SPREAD = 0.25;
/** What training on one topic gives there and costs in general. */
const SPECIALITY_BOOST = 4;
const SPECIALITY_COST = 0.4;

/** Models with the skills drawn for them. */
export interface DrawnModels {
  readonly models: readonly ModelInfo[];
  /** [M, 1 + T]: general ability, then the skill in each topic, in logits. */
  readonly skills: Matrix;
  /** Relative length of each model's answers, about 1. */
  readonly verbosity: readonly number[];
}

/** Draws the skills of models: size trend, family offsets, specialities and own offsets. */
export function drawModels(random: Random, entries: readonly RosterEntry[]): DrawnModels {
  const families = new Map<string, { offsets: number[]; markup: number; verbosity: number }>();
  const skills = new Matrix(entries.length, 1 + TOPICS.length);
  const verbosity: number[] = [];
  const models = entries.map((entry, index): ModelInfo => {
    let family = families.get(entry.family);
    if (!family) {
      family = {
        offsets: Array.from(
          { length: 1 + TOPICS.length },
          (_, column) => (column === 0 ? 0.4 : 1) * FAMILY_SPREAD * portableNormal(random),
        ),
        markup: 0.85 + 0.3 * random.uniform(),
        verbosity: 0.7 + 0.6 * random.uniform(),
      };
      families.set(entry.family, family);
    }
    const row = skills.row(index);
    for (let column = 0; column < row.length; column++) {
      const own = (column === 0 ? 0.4 : 1) * OWN_SPREAD * portableNormal(random);
      row[column] = (family.offsets[column] ?? 0) + own;
    }
    // Rounded, so that the last bit of the engine's logarithm cannot show.
    const decades = Math.round(1000 * Math.log10(entry.parametersBillion)) / 1000 - 1;
    row[0] =
      (row[0] ?? 0) +
      SIZE_SLOPE * Math.min(decades, LARGE_DECADES) +
      LARGE_SIZE_SLOPE * Math.max(0, decades - LARGE_DECADES);
    if (entry.speciality) {
      const column = 1 + TOPICS.indexOf(entry.speciality);
      row[column] = (row[column] ?? 0) + SPECIALITY_BOOST;
      row[0] -= SPECIALITY_COST;
    }
    verbosity.push(family.verbosity * (0.9 + 0.2 * random.uniform()));
    const price = (0.06 + 0.02 * entry.parametersBillion) * family.markup;
    return {
      name: entry.name,
      family: entry.family,
      parametersBillion: entry.parametersBillion,
      pricePerMillionOutputTokens: Math.round(100 * price) / 100,
      metadata: { speciality: entry.speciality ?? null },
    };
  });
  return { models, skills, verbosity };
}
