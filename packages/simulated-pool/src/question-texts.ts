import { Matrix, type Question, type Random } from '@embedllm/core';
import { BENCHMARKS } from './benchmarks/index.js';
import { portableNormal } from './portable-random.js';
import { type Level, TOPICS, type Topic } from './template.js';

/** Logits between the easiest and the hardest level. */
const LEVEL_SPAN = 4;
/** Standard deviation of the part of a question's difficulty that its text does not show. */
const HIDDEN_SPREAD = 0.45;
/** Logits from which the middle level of a benchmark of difficulty 0 is as hard as average. */
const BASE_DIFFICULTY = -0.6;
/** Questions of one benchmark; many more would use the smaller templates up and skew the mixture. */
export const LARGEST_BENCHMARK = 2000;

/** Questions with what they demand. */
export interface DrawnQuestions {
  readonly questions: readonly Question[];
  readonly answers: readonly string[];
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
 * @param count - At most `LARGEST_BENCHMARK` for each benchmark: the templates give far more.
 */
export function drawQuestions(random: Random, count: number): DrawnQuestions {
  const seen = new Set<string>();
  const questions: Question[] = [];
  const answers: string[] = [];
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
      const template = random.pick(benchmark.templates);
      const level = random.pick<Level>([0, 1, 2, 3]);
      const draft = template.write(random, level);
      if (seen.has(draft.prompt)) continue;
      seen.add(draft.prompt);
      const index = questions.length;
      questions.push({ id: String(index), prompt: draft.prompt, category: benchmark.name });
      answers.push(draft.answer);
      const row = demands.row(index);
      row[0] = 1;
      TOPICS.forEach((topic, column) => {
        row[1 + column] = template.demand[topic] ?? 0;
      });
      topics.push(mainTopic(row));
      subtopics.push(template.subtopic);
      levels.push(level);
      difficulties[index] =
        BASE_DIFFICULTY +
        benchmark.difficulty +
        LEVEL_SPAN * (level / 3 - 0.5) +
        HIDDEN_SPREAD * portableNormal(random);
      guessing[index] = draft.choices ? 1 / draft.choices : 0;
      answerCharacters.push(benchmark.answerCharacters * (0.7 + 0.2 * level));
    }
  });
  return {
    questions,
    answers,
    demands,
    topics,
    subtopics,
    levels,
    difficulties,
    guessing,
    answerCharacters,
  };
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
