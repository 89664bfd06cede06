import { Matrix, type Question, type Random } from '@embedllm/core';
import { BENCHMARKS } from './benchmarks.js';
import { portableNormal } from './portable-random.js';
import { type Level, type Subtopic, TERMS_PER_LEVEL, TOPICS, type Topic } from './topics.js';

/** Logits between the easiest and the hardest level. */
const LEVEL_SPAN = 4;
/** Standard deviation of the part of a question's difficulty that its text does not show. */
const HIDDEN_SPREAD = 0.45;
/** Logits from which the middle level of a benchmark of difficulty 0 is as hard as average. */
const BASE_DIFFICULTY = -0.6;
/** Questions of one benchmark; many more would use up the texts of the easy levels. */
export const LARGEST_BENCHMARK = 2000;

/** Questions with what they demand. */
export interface DrawnQuestions {
  readonly questions: readonly Question[];
  /** [Q, 1 + T]: 1 for general ability, then the share of each topic. */
  readonly demands: Matrix;
  readonly topics: readonly Topic[];
  readonly subtopics: readonly string[];
  readonly levels: readonly Level[];
  readonly difficulties: Float64Array;
  readonly guessing: Float64Array;
  /** Typical length of an answer in characters. */
  readonly answerCharacters: readonly number[];
}

/**
 * Writes questions with different texts, the same number (±1) for each benchmark.
 *
 * @param count - At most `LARGEST_BENCHMARK` for each benchmark: the sub-topics give far more.
 */
export function drawQuestions(random: Random, count: number): DrawnQuestions {
  const seen = new Set<string>();
  const questions: Question[] = [];
  const demands = new Matrix(count, 1 + TOPICS.length);
  const topics: Topic[] = [];
  const subtopics: string[] = [];
  const levels: Level[] = [];
  const difficulties = new Float64Array(count);
  const guessing = new Float64Array(count);
  const answerCharacters: number[] = [];

  BENCHMARKS.forEach((benchmark, position) => {
    const end = Math.floor((count * (position + 1)) / BENCHMARKS.length);
    while (questions.length < end) {
      const subtopic = random.pick(benchmark.subtopics);
      const level = random.pick<Level>([0, 1, 2, 3]);
      const prompt = write(random, subtopic, level);
      if (seen.has(prompt)) continue;
      seen.add(prompt);
      const index = questions.length;
      questions.push({ id: String(index), prompt, category: benchmark.name });
      const row = demands.row(index);
      row[0] = 1;
      TOPICS.forEach((topic, column) => {
        row[1 + column] = subtopic.demand[topic] ?? 0;
      });
      topics.push(mainTopic(row));
      subtopics.push(subtopic.name);
      levels.push(level);
      difficulties[index] =
        BASE_DIFFICULTY +
        benchmark.difficulty +
        LEVEL_SPAN * (level / 3 - 0.5) +
        HIDDEN_SPREAD * portableNormal(random);
      guessing[index] = subtopic.options > 0 ? 1 / subtopic.options : 0;
      answerCharacters.push(benchmark.answerCharacters * (0.7 + 0.2 * level));
    }
  });
  return {
    questions,
    demands,
    topics,
    subtopics,
    levels,
    difficulties,
    guessing,
    answerCharacters,
  };
}

/** Harder questions name more things, rarer ones, and larger numbers of them. */
function write(random: Random, { frame, terms, options }: Subtopic, level: Level): string {
  const known = terms.slice(0, level * TERMS_PER_LEVEL);
  const own = terms.slice(known.length, known.length + TERMS_PER_LEVEL);
  const named = random.shuffle([
    ...random.shuffle(own).slice(0, 2),
    ...random.shuffle(known).slice(0, level),
  ]);
  const largest = [20, 90, 400, 9000][level] as number;
  const list = named.map((term) => `${2 + random.integer(largest)} ${term}`).join(', ');
  const choices = random
    .shuffle([...terms])
    .slice(0, options)
    .map((term, index) => `\n${'ABCD'[index]}) ${term}`);
  return `${frame[0]} ${list}. ${frame[1]}${choices.join('')}`;
}

function mainTopic(row: Float32Array): Topic {
  let main: Topic = TOPICS[0];
  let largest = -1;
  TOPICS.forEach((topic, column) => {
    const share = row[1 + column] ?? 0;
    if (share > largest) {
      largest = share;
      main = topic;
    }
  });
  return main;
}
