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
import { CONDITIONS, type Fact, MECHANISMS, STRUCTURES } from './medicine-facts.js';

const JOBS = ['teacher', 'farmer', 'driver', 'nurse', 'painter', 'cook', 'pilot', 'gardener'];
const SETTINGS = ['a clinic', 'an emergency room', 'a village practice', 'a ward'];

function patient(random: Random): string {
  const setting = random.pick(SETTINGS);
  return `In ${setting}, a ${between(random, 19, 84)}-year-old ${random.pick(JOBS)}`;
}

function others<T>(random: Random, items: readonly T[], item: T, count: number): T[] {
  return pickDistinct(
    random,
    items.filter((other) => other !== item),
    count,
  );
}

const diagnosis: Template = {
  subtopic: 'diagnosis',
  demand: { medicine: 0.9, logic: 0.1 },
  write(random, level) {
    const answer = random.pick(CONDITIONS[level]);
    return multipleChoice(
      random,
      `${patient(random)} has ${answer.signs}. Which diagnosis is most likely?`,
      answer.name,
      others(random, CONDITIONS[level], answer, 3).map((other) => other.name),
    );
  },
};

const treatment: Template = {
  subtopic: 'treatment',
  demand: { medicine: 1 },
  write(random, level) {
    const answer = random.pick(CONDITIONS[level]);
    return multipleChoice(
      random,
      `${patient(random)} is found to have ${answer.name}. Which treatment is the usual choice?`,
      answer.treatment,
      others(random, CONDITIONS[level], answer, 3).map((other) => other.treatment),
    );
  },
};

function factTemplate(
  subtopic: string,
  demand: Template['demand'],
  facts: PerLevel<readonly Fact[]>,
  stem: (subject: string, random: Random) => string,
): Template {
  return {
    subtopic,
    demand,
    write(random, level) {
      const [subject, fact] = random.pick(facts[level]);
      const wrong = facts[level].map((other) => other[1]).filter((other) => other !== fact);
      return multipleChoice(random, stem(subject, random), fact, pickDistinct(random, wrong, 3));
    },
  };
}

const LEARNERS = ['pharmacist', 'student', 'paramedic', 'junior doctor', 'physiotherapist'];

const mechanism = factTemplate(
  'pharmacology',
  { medicine: 0.85, knowledge: 0.15 },
  MECHANISMS,
  (drug, random) =>
    `${patient(random)} is prescribed ${drug}. A ${random.pick(LEARNERS)} asks how the drug acts. Which answer is right?`,
);

const anatomy = factTemplate(
  'anatomy',
  { medicine: 0.7, knowledge: 0.3 },
  STRUCTURES,
  (structure, random) =>
    `A ${random.pick(LEARNERS)} in year ${between(random, 1, 6)} revises ${structure} for test ${between(random, 1, 9)}. What is the function of ${structure}?`,
);

const DRUGS: PerLevel<readonly string[]> = [
  ['paracetamol', 'ibuprofen', 'cough syrup'],
  ['amoxicillin', 'prednisolone', 'cetirizine'],
  ['gentamicin', 'phenytoin', 'vancomycin'],
  ['amphotericin', 'busulfan', 'colistimethate'],
];

function doseText(level: Level, perKilogram: number, doses: number, concentration: number): string {
  const plain = `at ${perKilogram} milligrams per kilogram`;
  if (level === 0) return `${plain}. How many milligrams are given`;
  if (level === 1) return `${plain}, ${doses} times a day. How many milligrams are given in a day`;
  const mixture = `as a solution of ${concentration} milligrams per millilitre`;
  return `${plain} per dose, ${doses} doses daily, ${mixture}. How many millilitres are infused in ${level === 2 ? 'a day' : 'a five-day course with a loading dose of twice the first'}`;
}

const dosage: Template = {
  subtopic: 'dosage',
  demand: { medicine: 0.25, mathematics: 0.75 },
  write(random, level) {
    const weight = 5 * between(random, 8, 20);
    const perKilogram = 2 * between(random, 1, 8);
    const doses = between(random, 2, 4);
    const single = weight * perKilogram;
    const concentration = random.pick([2, 5, 10]);
    const volumes = level === 2 ? doses : 5 * doses + 1;
    const answer =
      level === 0 ? single : level === 1 ? single * doses : (single * volumes) / concentration;
    return {
      prompt: `A patient of ${weight} kilograms receives ${random.pick(DRUGS[level])} ${doseText(level, perKilogram, doses, concentration)}?`,
      answer: String(answer),
    };
  },
};

/** Clinical vignettes, pharmacology, anatomy and dosage; diseases become rarer with the level. */
export const medicine: Benchmark = {
  name: 'medicine',
  difficulty: 0.5,
  answerCharacters: 240,
  templates: [diagnosis, treatment, mechanism, anatomy, dosage],
};
