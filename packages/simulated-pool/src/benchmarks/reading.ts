import type { Random } from '@embedllm/core';
import {
  type Benchmark,
  between,
  type Level,
  multipleChoice,
  type PerLevel,
  pickDistinct,
  type Template,
} from '../template.js';
import { PEOPLE } from './people.js';

const FILLERS: PerLevel<readonly string[]> = [
  ['It was a fine day.', 'Everybody was in a good mood.', 'The street was quiet.'],
  [
    'The weather had changed twice since the morning.',
    'A local newspaper mentioned the matter briefly.',
    'Some visitors had come from the next town.',
  ],
  [
    'Contemporary accounts disagree about the circumstances.',
    'The correspondence of that decade is largely lost.',
    'An archivist later doubted the original ledger.',
  ],
  [
    'Notwithstanding the ambiguity of the chronicle, posterity embellished the episode.',
    'The ostensible motive, as the marginalia intimate, was subordinate to prestige.',
    'Historiography has since oscillated between veneration and scepticism.',
  ],
];

/** Scatters sentences that answer nothing among those that do; more of them with the level. */
function passage(random: Random, level: Level, facts: readonly string[]): string {
  const sentences = [...facts];
  for (const filler of pickDistinct(random, FILLERS[level], Math.min(level + 1, 3))) {
    sentences.splice(random.integer(sentences.length + 1), 0, filler);
  }
  return sentences.join(' ');
}

const JOURNEYS: PerLevel<readonly string[]> = [
  ['the lake', 'the zoo', 'the beach', 'the farm', 'the park', 'the fair'],
  ['the lighthouse', 'the castle', 'the harbour', 'the quarry', 'the windmill', 'the chapel'],
  ['the observatory', 'the catacombs', 'the aqueduct', 'the monastery', 'the citadel', 'the fjord'],
  [
    'the scriptorium',
    'the necropolis',
    'the ziggurat',
    'the caravanserai',
    'the hypogeum',
    'the ossuary',
  ],
];

const who: Template = {
  subtopic: 'who did it',
  demand: { language: 0.9, commonsense: 0.1 },
  write(random, level) {
    const people = pickDistinct(random, PEOPLE, 2 + level);
    const places = pickDistinct(random, JOURNEYS[level], people.length);
    const facts = people.map((person, index) => `${person} went to ${places[index]}.`);
    const asked = random.integer(people.length);
    return {
      prompt: `Passage: ${passage(random, level, facts)}\nQuestion: who went to ${places[asked]}?`,
      answer: people[asked] ?? '',
    };
  },
};

const GUILDS: PerLevel<readonly string[]> = [
  ['school', 'shop', 'library', 'bakery'],
  ['orchestra', 'newspaper', 'shipyard', 'brewery'],
  ['printing house', 'botanical society', 'philharmonic', 'assay office'],
  ['lexicographical academy', 'numismatic institute', 'cartographic bureau', 'philological circle'],
];

const dates: Template = {
  subtopic: 'dates',
  demand: { language: 0.65, mathematics: 0.25, knowledge: 0.1 },
  write(random, level) {
    const guild = random.pick(GUILDS[level]);
    const founded = between(random, 1702, 1890);
    const facts = [`The ${guild} was founded in ${founded} by ${random.pick(PEOPLE)}.`];
    let year = founded;
    const events = ['moved', 'was enlarged', 'changed its statutes', 'was dissolved'];
    for (let step = 0; step <= level; step++) {
      const gap = between(random, 3, 12 + 9 * level);
      year += gap;
      facts.push(`After another ${gap} years it ${events[step]}.`);
    }
    return {
      prompt: `Passage: ${passage(random, level, facts)}\nQuestion: in which year was it that the ${guild} ${events[level]}?`,
      answer: String(year),
    };
  },
};

const OPINIONS: PerLevel<readonly (readonly [string, string])[]> = [
  [
    ['loved the cake', 'pleased'],
    ['shouted at the waiter', 'angry'],
    ['trembled in the dark', 'afraid'],
    ['yawned all day', 'tired'],
  ],
  [
    ['could not stop humming on the way home', 'cheerful'],
    ['checked the lock three times', 'worried'],
    ['slammed the ledger shut', 'annoyed'],
    ['kept the old photograph close', 'wistful'],
  ],
  [
    ['signed with a hand that would not keep still', 'nervous'],
    ['thanked the jury in clipped syllables', 'resentful'],
    ['let the telegram lie unopened for a week', 'apprehensive'],
    ['praised each rival at length, and meant it', 'magnanimous'],
  ],
  [
    ['conceded the point with a bow one inch too deep', 'sardonic'],
    ['regarded the encomium as a debt not yet discharged', 'diffident'],
    ['dilated upon the trifle until dusk', 'garrulous'],
    ['withheld the verdict, and with it every gesture', 'inscrutable'],
  ],
];

const mood: Template = {
  subtopic: 'mood',
  demand: { language: 0.45, commonsense: 0.55 },
  write(random, level) {
    const [act, feeling] = random.pick(OPINIONS[level]);
    const [first = '', second = ''] = pickDistinct(random, PEOPLE, 2);
    const place = random.pick(JOURNEYS[level]);
    const facts = [`${first} and ${second} met at ${place}.`, `That evening ${first} ${act}.`];
    const wrong = OPINIONS[level].map((other) => other[1]).filter((other) => other !== feeling);
    return multipleChoice(
      random,
      `Passage: ${passage(random, level, facts)}\nQuestion: which word describes ${first} best?`,
      feeling,
      wrong,
    );
  },
};

const CARGO: PerLevel<readonly string[]> = [
  ['apples', 'toys', 'hats', 'books'],
  ['barrels', 'carpets', 'lamps', 'ropes'],
  ['manuscripts', 'instruments', 'tapestries', 'specimens'],
  ['astrolabes', 'incunabula', 'reliquaries', 'palimpsests'],
];

const ORDINALS: PerLevel<string> = ['first', 'second', 'third', 'fourth'];

const tally: Template = {
  subtopic: 'tally',
  demand: { language: 0.6, mathematics: 0.25, logic: 0.15 },
  write(random, level) {
    const goods = random.pick(CARGO[level]);
    let count = between(random, 61, 99 + 80 * level);
    const facts = [`The ship carried ${count} ${goods} when it left.`];
    for (let stop = 0; stop <= level; stop++) {
      const amount = between(random, 2, 9 + 2 * level);
      const loaded = random.integer(2) === 1;
      count += loaded ? amount : -amount;
      facts.push(
        `At the ${ORDINALS[stop]} port, ${amount} ${loaded ? 'were taken aboard' : 'were put ashore'}.`,
      );
    }
    return {
      prompt: `Passage: ${passage(random, level, facts)}\nQuestion: how many ${goods} did the ship carry in the end?`,
      answer: String(count),
    };
  },
};

/** Questions about short passages; length and diction grow with the level. */
export const reading: Benchmark = {
  name: 'reading',
  difficulty: 0.2,
  answerCharacters: 150,
  templates: [who, dates, mood, tally],
};
