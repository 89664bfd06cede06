import {
  type Benchmark,
  between,
  type Level,
  listing,
  type PerLevel,
  pickDistinct,
  type Template,
} from '../template.js';
import { PEOPLE } from './people.js';

const GOODS: PerLevel<readonly string[]> = [
  ['apples', 'pears', 'buns', 'pencils', 'stamps', 'eggs'],
  ['notebooks', 'candles', 'umbrellas', 'baskets', 'kettles', 'scarves'],
  ['bicycles', 'armchairs', 'printers', 'radiators', 'carpets', 'telescopes'],
  ['transformers', 'harvesters', 'compressors', 'turbines', 'forklifts', 'centrifuges'],
];
const LARGEST: PerLevel<number> = [9, 40, 180, 950];

const shopping: Template = {
  subtopic: 'shopping',
  demand: { mathematics: 0.8, commonsense: 0.2 },
  write(random, level) {
    const buyer = random.pick(PEOPLE);
    let cents = 0;
    const parts = pickDistinct(random, GOODS[level], 2 + level).map((item) => {
      const count = between(random, 2, 6 * (level + 1));
      const price = between(random, 2, LARGEST[level]);
      cents += 100 * count * price;
      return `${count} ${item} at ${price} dollars each`;
    });
    let text = `${buyer} buys ${listing(parts)}.`;
    if (level >= 2) {
      const discount = 5 * between(random, 1, 6);
      cents = (cents * (100 - discount)) / 100;
      text += ` The invoice is then reduced by a trade discount of ${discount} percent.`;
    }
    if (level === 3) {
      const surcharge = between(random, 120, 990);
      cents += 100 * surcharge;
      text += ` Afterwards a freight surcharge of ${surcharge} dollars is levied.`;
    }
    return {
      prompt: `${text} How many dollars does ${buyer} pay?`,
      answer: (cents / 100).toFixed(2),
    };
  },
};

const TRAVEL: PerLevel<readonly string[]> = [
  ['walker', 'cyclist', 'runner'],
  ['tram', 'ferry', 'lorry'],
  ['express train', 'helicopter', 'motorcade'],
  ['hydrofoil', 'maglev shuttle', 'airship'],
];

const travel: Template = {
  subtopic: 'speed',
  demand: { mathematics: 1 },
  write(random, level) {
    let distance = 0;
    const legs = Array.from({ length: level + 1 }, (_, index) => {
      const hours = between(random, 2, 4 + 3 * level);
      const speed = between(random, 3, Math.ceil(LARGEST[level] / 2));
      distance += hours * speed;
      const opening = index === 0 ? 'moves' : 'subsequently continues';
      return `${opening} for ${hours} hours at ${speed} kilometres per hour`;
    });
    const vehicle = random.pick(TRAVEL[level]);
    let text = `A ${vehicle} ${legs.join(', ')}.`;
    if (level === 3) {
      const back = between(random, 10, 90);
      distance -= back;
      text += ` A headwind pushes it back ${back} kilometres in total.`;
    }
    return { prompt: `${text} How many kilometres has it gained?`, answer: String(distance) };
  },
};

const sharing: Template = {
  subtopic: 'ratio',
  demand: { mathematics: 0.85, logic: 0.15 },
  write(random, level) {
    const shares = Array.from({ length: level + 2 }, () => between(random, 1, 3 + 2 * level));
    const sum = shares.reduce((total, share) => total + share, 0);
    const unit = between(random, 2, LARGEST[level]);
    const people = pickDistinct(random, PEOPLE, shares.length);
    const asked = random.integer(shares.length);
    const what = random.pick(['marbles', 'coins', 'vineyard plots', 'company shares']);
    return {
      prompt: `${listing(people)} split ${sum * unit} ${what} in the ratio ${shares.join(':')}. How many ${what} does ${people[asked]} receive?`,
      answer: String((shares[asked] ?? 0) * unit),
    };
  },
};

function choose(n: number, k: number): number {
  let ways = 1;
  for (let index = 1; index <= k; index++) ways = (ways * (n - k + index)) / index;
  return ways;
}

const counting: Template = {
  subtopic: 'combinatorics',
  demand: { mathematics: 0.75, logic: 0.25 },
  write(random, level) {
    const total = between(random, 4 + 2 * level, 7 + 4 * level);
    const size = between(random, 2, 2 + level);
    const club = random.pick(['chess club', 'choir', 'rowing crew', 'parliament committee']);
    if (level < 2) {
      return {
        prompt: `A ${club} has ${total} members. How many different groups of ${size} can be formed?`,
        answer: String(choose(total, size)),
      };
    }
    const others = between(random, 4, 9);
    const second = between(random, 2, 3);
    const quorum = level === 3 ? choose(total - 1, size - 1) : choose(total, size);
    const condition = level === 3 ? ', where the first-named senior must always be included' : '';
    return {
      prompt: `A ${club} has ${total} senior and ${others} junior members. How many combinations of ${size} seniors and ${second} juniors are admissible${condition}?`,
      answer: String(quorum * choose(others, second)),
    };
  },
};

const SOLIDS: PerLevel<readonly string[]> = [
  ['garden', 'carpet', 'table'],
  ['courtyard', 'stage', 'paddock'],
  ['aquarium', 'granary', 'shipping crate'],
  ['reservoir with a rectangular cross-section', 'cofferdam', 'monolith'],
];

const geometry: Template = {
  subtopic: 'geometry',
  demand: { mathematics: 0.9, knowledge: 0.1 },
  write(random, level) {
    const a = between(random, 3, 9 + 12 * level);
    const b = between(random, 3, 9 + 12 * level);
    const c = between(random, 3, 9 + 12 * level);
    const thing = random.pick(SOLIDS[level]);
    if (level === 0) {
      return {
        prompt: `A ${thing} is ${a} metres long and ${b} metres wide. What is its area in square metres?`,
        answer: String(a * b),
      };
    }
    if (level === 1) {
      return {
        prompt: `A rectangular ${thing} measures ${a} by ${b} metres. What is its perimeter in metres?`,
        answer: String(2 * (a + b)),
      };
    }
    const surface = `A ${thing} measures ${a} by ${b} by ${c} metres.`;
    return level === 2
      ? { prompt: `${surface} What is its volume in cubic metres?`, answer: String(a * b * c) }
      : {
          prompt: `${surface} All edges are doubled. What is the total surface area of the enlarged cuboid in square metres?`,
          answer: String(8 * (a * b + b * c + a * c)),
        };
  },
};

function power(base: number, exponent: number, modulus: number): number {
  let result = 1;
  for (let step = 0; step < exponent; step++) result = (result * base) % modulus;
  return result;
}

const remainders: Template = {
  subtopic: 'number theory',
  demand: { mathematics: 0.9, code: 0.1 },
  write(random, level: Level) {
    const divisor = between(random, 3, 8 + 6 * level);
    const number = between(random, divisor + 1, 20 + 8 * LARGEST[level]);
    if (level < 2) {
      return {
        prompt: `What is the remainder when ${number} is divided by ${divisor}?`,
        answer: String(number % divisor),
      };
    }
    const exponent = between(random, 3, level === 2 ? 6 : 40);
    const extra = level === 3 ? ` plus ${number + 7}` : '';
    return {
      prompt: `Let ${number} be raised to the exponent ${exponent}. What is the residue of this power${extra} modulo ${divisor}?`,
      answer: String((power(number, exponent, divisor) + (level === 3 ? number + 7 : 0)) % divisor),
    };
  },
};

/** Word problems with whole numbers; steps, sizes and rare nouns grow with the level. */
export const arithmetic: Benchmark = {
  name: 'arithmetic',
  difficulty: 0.2,
  answerCharacters: 420,
  templates: [shopping, travel, sharing, counting, geometry, remainders],
};
