import { type Benchmark, between, type PerLevel, type Template } from '../template.js';
import { PEOPLE } from './people.js';

/** `factor` small units make one big unit, exactly or to the digits given. */
interface Conversion {
  readonly big: string;
  readonly small: string;
  readonly factor: number;
}

const LENGTHS: PerLevel<readonly Conversion[]> = [
  [
    { big: 'metres', small: 'centimetres', factor: 100 },
    { big: 'kilometres', small: 'metres', factor: 1000 },
  ],
  [
    { big: 'feet', small: 'inches', factor: 12 },
    { big: 'yards', small: 'feet', factor: 3 },
  ],
  [
    { big: 'miles', small: 'yards', factor: 1760 },
    { big: 'furlongs', small: 'yards', factor: 220 },
  ],
  [
    { big: 'leagues', small: 'furlongs', factor: 24 },
    { big: 'chains', small: 'links', factor: 100 },
    { big: 'nautical miles', small: 'metres', factor: 1852 },
  ],
];
const MASSES: PerLevel<readonly Conversion[]> = [
  [
    { big: 'kilograms', small: 'grams', factor: 1000 },
    { big: 'tonnes', small: 'kilograms', factor: 1000 },
  ],
  [
    { big: 'pounds', small: 'ounces', factor: 16 },
    { big: 'stones', small: 'pounds', factor: 14 },
  ],
  [
    { big: 'troy pounds', small: 'troy ounces', factor: 12 },
    { big: 'quintals', small: 'kilograms', factor: 100 },
  ],
  [
    { big: 'troy ounces', small: 'pennyweights', factor: 20 },
    { big: 'pennyweights', small: 'grains', factor: 24 },
    { big: 'drams apothecary', small: 'scruples', factor: 3 },
  ],
];
const VOLUMES: PerLevel<readonly Conversion[]> = [
  [{ big: 'litres', small: 'millilitres', factor: 1000 }],
  [
    { big: 'gallons', small: 'pints', factor: 8 },
    { big: 'quarts', small: 'pints', factor: 2 },
  ],
  [
    { big: 'bushels', small: 'pecks', factor: 4 },
    { big: 'pints', small: 'gills', factor: 4 },
  ],
  [
    { big: 'hogsheads of wine', small: 'gallons', factor: 63 },
    { big: 'firkins of ale', small: 'gallons', factor: 9 },
  ],
];
const TIMES: PerLevel<readonly Conversion[]> = [
  [
    { big: 'hours', small: 'minutes', factor: 60 },
    { big: 'days', small: 'hours', factor: 24 },
  ],
  [
    { big: 'weeks', small: 'hours', factor: 168 },
    { big: 'days', small: 'minutes', factor: 1440 },
  ],
  [
    { big: 'fortnights', small: 'hours', factor: 336 },
    { big: 'milliseconds', small: 'microseconds', factor: 1000 },
  ],
  [
    { big: 'indictions', small: 'years', factor: 15 },
    { big: 'olympiads', small: 'years', factor: 4 },
    { big: 'microseconds', small: 'picoseconds', factor: 1_000_000 },
  ],
];
const OBJECTS = ['surveyor', 'baker', 'librarian', 'sailor', 'brewer', 'chemist', 'watchmaker'];

function conversion(
  subtopic: string,
  tables: PerLevel<readonly Conversion[]>,
  knowledge: number,
): Template {
  return {
    subtopic,
    demand: { mathematics: 1 - knowledge, knowledge },
    write(random, level) {
      const { big, small, factor } = random.pick(tables[level]);
      const amount = between(random, 2, 20 + 60 * level);
      const who = `${random.pick(PEOPLE)}, a ${random.pick(OBJECTS)},`;
      if (random.integer(2) === 0) {
        return {
          prompt: `${who} records ${amount} ${big}. How many ${small} is that?`,
          answer: String(amount * factor),
        };
      }
      return {
        prompt: `${who} measures ${amount * factor} ${small}. Express this in ${big}.`,
        answer: String(amount),
      };
    },
  };
}

const temperature: Template = {
  subtopic: 'temperature',
  demand: { mathematics: 0.6, knowledge: 0.4 },
  write(random, level) {
    const celsius = 5 * between(random, -6 * level, 12 + 30 * level);
    const place = random.pick(['kitchen', 'greenhouse', 'laboratory', 'foundry', 'cold store']);
    const day = random.pick(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']);
    const fahrenheit = (celsius * 9) / 5 + 32;
    const lines: PerLevel<readonly [string, string]> = [
      [`${celsius} degrees Celsius. What is that in Fahrenheit`, String(fahrenheit)],
      [`${fahrenheit} degrees Fahrenheit. What is that in Celsius`, String(celsius)],
      [`${celsius} degrees Celsius. What is that on the Kelvin scale`, `${celsius + 273}.15`],
      [
        `${fahrenheit} degrees Fahrenheit. What is that on the absolute Rankine scale`,
        `${(fahrenheit * 100 + 45967) / 100}`,
      ],
    ];
    const [text, answer] = lines[level];
    return { prompt: `On ${day} the ${place} thermometer shows ${text}?`, answer };
  },
};

const derived: Template = {
  subtopic: 'compound units',
  demand: { mathematics: 0.7, knowledge: 0.2, logic: 0.1 },
  write(random, level) {
    const base = between(random, 2, 9 + 6 * level);
    const what = random.pick(['pump', 'conveyor', 'turbine', 'pipeline', 'mill']);
    const lines: PerLevel<readonly [string, number]> = [
      [`moves ${base} litres per minute. How many litres is that in one hour`, base * 60],
      [`moves ${base * 18} kilometres per hour. How many metres per second is that`, base * 5],
      [
        `moves ${base * 3} cubic metres per minute. How many millilitres per second is that`,
        base * 50_000,
      ],
      [`delivers ${base} kilowatt-hours. How many joules is that`, base * 3_600_000],
    ];
    const [text, answer] = lines[level];
    return {
      prompt: `The ${what} that ${random.pick(PEOPLE)} inspects ${text}?`,
      answer: String(answer),
    };
  },
};

/** Conversions between units; the units become rarer and the numbers larger with the level. */
export const units: Benchmark = {
  name: 'units',
  difficulty: 0,
  answerCharacters: 180,
  templates: [
    conversion('length', LENGTHS, 0.4),
    conversion('mass', MASSES, 0.6),
    conversion('volume', VOLUMES, 0.6),
    conversion('time', TIMES, 0.3),
    temperature,
    derived,
  ],
};
