import {
  type Benchmark,
  between,
  multipleChoice,
  type PerLevel,
  pickDistinct,
  type Template,
} from '../template.js';
import { PLACES, RIVERS } from './geography-facts.js';
import { PEOPLE } from './people.js';

const ASKING = ['for a quiz', 'for a school talk', 'for a crossword', 'before a journey'];
const REGIONS = ['Europe', 'Asia', 'Africa', 'Oceania', 'North America', 'South America'];

const capitals: Template = {
  subtopic: 'capitals',
  demand: { knowledge: 0.9, language: 0.1 },
  write(random, level) {
    const [name, capital] = random.pick(PLACES[level]);
    const wrong = PLACES[level].map((place) => place[1]).filter((other) => other !== capital);
    return multipleChoice(
      random,
      `${random.pick(PEOPLE)} asks ${random.pick(ASKING)}: what is the capital of ${name}?`,
      capital,
      pickDistinct(random, wrong, 3),
    );
  },
};

const regions: Template = {
  subtopic: 'regions',
  demand: { knowledge: 1 },
  write(random, level) {
    const [name, , region] = random.pick(PLACES[level]);
    const wrong = REGIONS.filter((other) => other !== region);
    return multipleChoice(
      random,
      `${random.pick(PEOPLE)} asks ${random.pick(ASKING)}: in which part of the world does ${name} lie?`,
      region,
      pickDistinct(random, wrong, 3),
    );
  },
};

const rivers: Template = {
  subtopic: 'rivers',
  demand: { knowledge: 0.95, commonsense: 0.05 },
  write(random, level) {
    const [river, mouth] = random.pick(RIVERS[level]);
    const wrong = RIVERS[level].map((other) => other[1]).filter((other) => other !== mouth);
    return multipleChoice(
      random,
      `${random.pick(PEOPLE)} follows the river ${river} downstream to its mouth, ${random.pick(ASKING)}. Into which water does it flow?`,
      mouth,
      pickDistinct(random, wrong, 3),
    );
  },
};

const HEADINGS = ['north', 'east', 'south', 'west'];

const compass: Template = {
  subtopic: 'compass',
  demand: { knowledge: 0.25, logic: 0.75 },
  write(random, level) {
    let heading = random.integer(4);
    const start = HEADINGS[heading];
    const turns = Array.from({ length: 1 + 2 * level }, () => {
      const quarter = random.pick([1, 2, 3]);
      heading = (heading + quarter) % 4;
      return ['turns right', 'turns around', 'turns left'][quarter - 1] ?? '';
    });
    const trip = ['a street', 'a valley', 'an estuary', 'an archipelago'][level];
    return {
      prompt: `${random.pick(PEOPLE)} heads ${start} along ${trip}, then ${turns.join(', then ')}. Which compass direction is it now?`,
      answer: HEADINGS[heading] ?? '',
    };
  },
};

const SCALES: PerLevel<readonly number[]> = [
  [1000, 10_000],
  [20_000, 50_000],
  [125_000, 250_000],
  [1_750_000, 3_500_000],
];
const SHEETS: PerLevel<string> = ['town plan', 'hiking map', 'regional sheet', 'bathymetric chart'];

const mapScale: Template = {
  subtopic: 'map scale',
  demand: { knowledge: 0.55, mathematics: 0.45 },
  write(random, level) {
    const scale = random.pick(SCALES[level]);
    const centimetres = 2 * between(random, 1, 10 + 5 * level);
    return {
      prompt: `On a ${SHEETS[level]} at 1:${scale}, two points that ${random.pick(PEOPLE)} marks are ${centimetres} centimetres apart. How many metres is that on the ground?`,
      answer: String((centimetres * scale) / 100),
    };
  },
};

/** Places of the world and reading of maps; places become less known with the level. */
export const geography: Benchmark = {
  name: 'geography',
  difficulty: 0.1,
  answerCharacters: 90,
  templates: [capitals, regions, rivers, compass, mapScale],
};
