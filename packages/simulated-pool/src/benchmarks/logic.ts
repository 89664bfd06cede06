import {
  type Benchmark,
  between,
  listing,
  multipleChoice,
  type PerLevel,
  pickDistinct,
  type Template,
} from '../template.js';
import { PEOPLE } from './people.js';

const COMPARISONS: PerLevel<readonly [string, string]> = [
  ['taller than', 'tallest'],
  ['older than', 'oldest'],
  ['placed ahead of', 'foremost'],
  ['senior in precedence to', 'most senior'],
];

const ordering: Template = {
  subtopic: 'ordering',
  demand: { logic: 0.9, mathematics: 0.1 },
  write(random, level) {
    const people = pickDistinct(random, PEOPLE, 3 + level);
    const [relation, extreme] = COMPARISONS[level];
    const clues = people
      .slice(1)
      .map((person, index) => `${people[index]} is ${relation} ${person}`);
    random.shuffle(clues);
    const place = between(random, 0, people.length - 1);
    const rank = place === 0 ? 'the' : `number ${place + 1} counting from the`;
    return {
      prompt: `${clues.join('. ')}. Who is ${rank} ${extreme}?`,
      answer: people[place] ?? '',
    };
  },
};

const KINDS: PerLevel<readonly string[]> = [
  ['cats', 'pets', 'animals', 'dogs', 'birds'],
  ['bakers', 'singers', 'swimmers', 'dancers', 'painters', 'farmers'],
  ['lanterns', 'amulets', 'heirlooms', 'talismans', 'trinkets', 'relics', 'ornaments'],
  ['zorbs', 'quindles', 'vrashes', 'thimbrils', 'ploons', 'skelfs', 'drevins', 'mubbles'],
];

const syllogism: Template = {
  subtopic: 'syllogism',
  demand: { logic: 0.85, language: 0.15 },
  write(random, level) {
    const kinds = pickDistinct(random, KINDS[level], 3 + level);
    const premises = kinds.slice(1).map((kind, index) => `All ${kinds[index]} are ${kind}`);
    const first = kinds[0] ?? '';
    const last = kinds[kinds.length - 1] ?? '';
    const form = random.integer(3);
    if (form === 1) premises[premises.length - 1] = `No ${kinds[kinds.length - 2]} are ${last}`;
    const [claim, answer] = (
      [
        [`all ${first} are ${last}`, 'it follows'],
        [`some ${first} are ${last}`, 'it is contradicted'],
        [`all ${last} are ${first}`, 'it is left open'],
      ] as const
    )[form as 0 | 1 | 2];
    random.shuffle(premises);
    const wrong = ['it follows', 'it is contradicted', 'it is left open'].filter(
      (other) => other !== answer,
    );
    return multipleChoice(random, `${premises.join('. ')}. What about "${claim}"?`, answer, wrong);
  },
};

const KNIGHTS: PerLevel<string> = [
  'On an island, truth-tellers always tell the truth and liars always lie.',
  'In a village, each inhabitant is either a truth-teller or a liar.',
  'At a court, every courtier is either a truth-teller or an inveterate liar.',
  'In an archipelago of knights (truthful) and knaves (mendacious), nobody else resides.',
];

const knights: Template = {
  subtopic: 'truth and lies',
  demand: { logic: 1 },
  write(random, level) {
    const people = pickDistinct(random, PEOPLE, 2 + level);
    const truthful = people.map(() => random.integer(2) === 1);
    // Each person speaks about the next; what they say is true exactly when they are truthful.
    const statements = people.slice(0, -1).map((person, index) => {
      const nextIsTruthful = truthful[index + 1] ?? false;
      const says = truthful[index] ? nextIsTruthful : !nextIsTruthful;
      return `${person} says that ${people[index + 1]} ${says ? 'tells the truth' : 'lies'}`;
    });
    const last = people[people.length - 1];
    const lastFact = truthful[truthful.length - 1] ? 'tells the truth' : 'lies';
    return {
      prompt: `${KNIGHTS[level]} ${statements.join('. ')}. It is known that ${last} ${lastFact}. Does ${people[0]} tell the truth or lie?`,
      answer: truthful[0] ? 'tells the truth' : 'lies',
    };
  },
};

const SEQUENCES: PerLevel<(start: number, step: number, index: number) => number> = [
  (start, step, index) => start + step * index,
  (start, step, index) => start + step * index + (index % 2),
  (start, step, index) => start + step * index * index,
  (start, step, index) => start + step * index * index - (index % 3) * index,
];
const OBSERVERS: PerLevel<string> = ['A child', 'A teacher', 'A cryptographer', 'An epigraphist'];

const sequences: Template = {
  subtopic: 'sequences',
  demand: { logic: 0.3, mathematics: 0.7 },
  write(random, level) {
    const start = between(random, 1, 20 + 20 * level);
    const step = between(random, 2, 7 + 3 * level);
    const terms = Array.from({ length: 6 + level }, (_, index) =>
      SEQUENCES[level](start, step, index),
    );
    const shown = terms.slice(0, -1).join(', ');
    const kind = ['steady', 'alternating', 'quadratic', 'interleaved polynomial'][level];
    return {
      prompt: `${OBSERVERS[level]} writes the ${kind} sequence ${shown}. Which number comes next?`,
      answer: String(terms[terms.length - 1]),
    };
  },
};

const BOXES: PerLevel<readonly string[]> = [
  ['red', 'blue', 'green'],
  ['red', 'blue', 'green', 'yellow'],
  ['crimson', 'azure', 'emerald', 'amber', 'ivory'],
  ['vermilion', 'cerulean', 'viridian', 'ochre', 'umber', 'mauve'],
];

const elimination: Template = {
  subtopic: 'elimination',
  demand: { logic: 0.8, commonsense: 0.2 },
  write(random, level) {
    const boxes = random.shuffle([...BOXES[level]]);
    const hidden = boxes[0] ?? '';
    const item = random.pick(['coin', 'key', 'pearl', 'letter', 'map', 'ring']);
    const clues = boxes
      .slice(1)
      .map((box, index) =>
        index % 2 === 0 || level < 2
          ? `it is not in the ${box} box`
          : `whoever claims the ${box} box holds it is mistaken`,
      );
    random.shuffle(clues);
    return {
      prompt: `${random.pick(PEOPLE)} hid a ${item} in one of the ${listing(random.shuffle([...boxes]))} boxes: ${clues.join(', ')}. In which box is the ${item}?`,
      answer: hidden,
    };
  },
};

/** Deductive puzzles; the number of parts grows with the level. */
export const logic: Benchmark = {
  name: 'logic',
  difficulty: 0.4,
  answerCharacters: 380,
  templates: [ordering, syllogism, knights, sequences, elimination],
};
