import {
  type Benchmark,
  multipleChoice,
  type PerLevel,
  pickDistinct,
  type Template,
} from '../template.js';
import { PEOPLE } from './people.js';

const VOCABULARY: PerLevel<readonly string[]> = [
  ['house', 'bread', 'water', 'horse', 'apple', 'table', 'music', 'green', 'happy', 'night'],
  ['window', 'market', 'letter', 'yellow', 'bridge', 'summer', 'kitchen', 'journey', 'balloon'],
  ['accommodate', 'rhythm', 'embarrass', 'committee', 'millennium', 'parallel', 'occurrence'],
  [
    'bougainvillea',
    'phlegmatic',
    'mnemonic',
    'idiosyncrasy',
    'chiaroscuro',
    'rhododendron',
    'borborygmus',
  ],
];

const letters: Template = {
  subtopic: 'letter counting',
  demand: { language: 0.7, logic: 0.15, mathematics: 0.15 },
  write(random, level) {
    const words = pickDistinct(random, VOCABULARY[level], 1 + level);
    const text = words.join(' ');
    const letter = random.pick([...(words[0] ?? '')]);
    return {
      prompt: `${random.pick(PEOPLE)} writes "${text}". How many times does the letter "${letter}" occur?`,
      answer: String([...text].filter((other) => other === letter).length),
    };
  },
};

const alphabet: Template = {
  subtopic: 'alphabetical order',
  demand: { language: 0.75, logic: 0.25 },
  write(random, level) {
    const words = pickDistinct(random, VOCABULARY[level], 3 + level);
    const sorted = [...words].sort();
    const last = random.integer(2) === 1;
    return {
      prompt: `Of the words ${words.join(', ')}, which stands ${last ? 'last' : 'first'} in a dictionary?`,
      answer: (last ? sorted[sorted.length - 1] : sorted[0]) ?? '',
    };
  },
};

const reversal: Template = {
  subtopic: 'reversal',
  demand: { language: 0.45, code: 0.55 },
  write(random, level) {
    const words = pickDistinct(random, VOCABULARY[level], 1 + Math.floor(level / 2));
    const text = words.join(' ');
    return {
      prompt: `${random.pick(PEOPLE)} spells "${text}" backwards, letter by letter. What is spelled?`,
      answer: [...text].reverse().join(''),
    };
  },
};

/** An English word in four languages, ever less spoken. */
const DICTIONARY: readonly PerLevel<string>[] = [
  ['agua', 'Wasser', 'vesi', 'aqua'],
  ['pan', 'Brot', 'leipä', 'panis'],
  ['casa', 'Haus', 'talo', 'domus'],
  ['noche', 'Nacht', 'yö', 'nox'],
  ['perro', 'Hund', 'koira', 'canis'],
  ['libro', 'Buch', 'kirja', 'liber'],
  ['fuego', 'Feuer', 'tuli', 'ignis'],
  ['mano', 'Hand', 'käsi', 'manus'],
  ['caballo', 'Pferd', 'hevonen', 'equus'],
  ['luna', 'Mond', 'kuu', 'luna'],
];
const MEANINGS = [
  'water',
  'bread',
  'house',
  'night',
  'dog',
  'book',
  'fire',
  'hand',
  'horse',
  'moon',
];
const LANGUAGES: PerLevel<string> = ['Spanish', 'German', 'Finnish', 'Latin'];

const translation: Template = {
  subtopic: 'translation',
  demand: { language: 0.8, knowledge: 0.2 },
  write(random, level) {
    const index = random.integer(MEANINGS.length);
    const meaning = MEANINGS[index] ?? '';
    const foreign = DICTIONARY[index]?.[level] ?? '';
    const wrong = MEANINGS.filter((other) => other !== meaning);
    return multipleChoice(
      random,
      `${random.pick(PEOPLE)} sees the ${LANGUAGES[level]} word "${foreign}" on a sign. What does it mean in English?`,
      meaning,
      pickDistinct(random, wrong, 3),
    );
  },
};

type Synonym = readonly [word: string, synonym: string];

const SYNONYMS: PerLevel<readonly Synonym[]> = [
  [
    ['big', 'large'],
    ['quick', 'fast'],
    ['glad', 'happy'],
    ['begin', 'start'],
    ['shut', 'close'],
  ],
  [
    ['brave', 'courageous'],
    ['scarce', 'rare'],
    ['odd', 'peculiar'],
    ['mend', 'repair'],
    ['huge', 'enormous'],
  ],
  [
    ['candid', 'frank'],
    ['placate', 'soothe'],
    ['terse', 'concise'],
    ['lucid', 'clear'],
    ['wary', 'cautious'],
  ],
  [
    ['pulchritude', 'beauty'],
    ['obstreperous', 'unruly'],
    ['taciturn', 'silent'],
    ['perspicacious', 'shrewd'],
    ['pusillanimous', 'cowardly'],
  ],
];

const synonyms: Template = {
  subtopic: 'synonyms',
  demand: { language: 1 },
  write(random, level) {
    const [word, synonym] = random.pick(SYNONYMS[level]);
    const wrong = SYNONYMS[level].map((other) => other[1]).filter((other) => other !== synonym);
    return multipleChoice(
      random,
      `${random.pick(PEOPLE)} looks for another word for "${word}". Which has the closest meaning?`,
      synonym,
      pickDistinct(random, wrong, 3),
    );
  },
};

/** Spelling, order, translation and meaning of words; words become rarer with the level. */
export const words: Benchmark = {
  name: 'words',
  difficulty: 0.2,
  answerCharacters: 70,
  templates: [letters, alphabet, reversal, translation, synonyms],
};
