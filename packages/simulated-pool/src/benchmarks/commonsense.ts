import {
  type Benchmark,
  multipleChoice,
  type PerLevel,
  pickDistinct,
  type Template,
} from '../template.js';
import { ASIDES, PHYSICAL, ROUTINE, type Scene, SOCIAL } from './commonsense-scenes.js';
import { PEOPLE } from './people.js';

const MOMENTS = ['On Sunday', 'At noon', 'In the evening', 'One morning', 'After work', 'In May'];

function continuation(
  subtopic: string,
  demand: Template['demand'],
  scenes: PerLevel<readonly Scene[]>,
  ending: string,
): Template {
  return {
    subtopic,
    demand,
    write(random, level) {
      const [setup, likely, ...unlikely] = random.pick(scenes[level]);
      const asides = level < 2 ? [] : pickDistinct(random, ASIDES, level - 1);
      const stem = [
        `${random.pick(MOMENTS)} ${random.pick(PEOPLE)} ${setup}.`,
        ...asides,
        ending,
      ].join(' ');
      return multipleChoice(random, stem, likely, unlikely);
    },
  };
}

/** Everyday scenes with three continuations; scenes become subtler with the level. */
export const commonsense: Benchmark = {
  name: 'commonsense',
  difficulty: 0.3,
  answerCharacters: 120,
  templates: [
    continuation(
      'physical',
      { commonsense: 0.8, knowledge: 0.2 },
      PHYSICAL,
      'What most likely happens?',
    ),
    continuation(
      'social',
      { commonsense: 0.85, language: 0.15 },
      SOCIAL,
      'How does this person most likely react?',
    ),
    continuation(
      'routine',
      { commonsense: 0.85, logic: 0.15 },
      ROUTINE,
      'What does this person most likely do next?',
    ),
  ],
};
