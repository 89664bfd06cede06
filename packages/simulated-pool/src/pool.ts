import { CorrectnessMatrix, type EvaluationDataset, Matrix, MISSING, Random } from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';
import type { DrawnModels } from './model-skills.js';
import type { DrawnQuestions } from './question-texts.js';
import type { RosterEntry } from './roster.js';
import { type Level, TOPICS, type Topic } from './topics.js';

/** What the labels of a simulated pool were drawn from. */
export interface SimulationTruth {
  /** [Q, M]: probability that a model answers a question correctly, a multiple of 1e-6. */
  readonly probabilities: Matrix;
  /** Names of the columns after the first of `skills` and `demands`. */
  readonly topicNames: readonly Topic[];
  /** [M, 1 + T]: general ability, then the skill in each topic, in logits. */
  readonly skills: Matrix;
  /** [Q, 1 + T]: weight of general ability, then of each topic. */
  readonly demands: Matrix;
  /** Q difficulties in logits. */
  readonly difficulties: Float64Array;
  /** Q chances to be right without any skill: 1 / options, or 0 without options. */
  readonly guessing: Float64Array;
  /** Q topics that weigh most. */
  readonly topics: readonly Topic[];
  /** Q sub-topics within their benchmark. */
  readonly subtopics: readonly string[];
  /** Q levels, 0 easy to 3 hard: the part of the difficulty that the text shows. */
  readonly levels: readonly Level[];
  /** M families. */
  readonly families: readonly string[];
  /** M specialities; `undefined` for a generalist. */
  readonly specialities: ReadonlyArray<Topic | undefined>;
}

/** A simulated data set with its ground truth. */
export interface SimulatedPool {
  readonly dataset: EvaluationDataset;
  readonly truth: SimulationTruth;
  /** [Q, M]: length of each answer in characters. */
  readonly outputCharacters: Matrix;
  /** The seed that gives the same pool again. */
  readonly seed: number;
}

/** Independent streams of random numbers. */
export interface Streams {
  readonly models: Random;
  readonly questions: Random;
  readonly labels: Random;
  readonly missing: Random;
  readonly lengths: Random;
  readonly noise: Random;
}

/** One stream for each purpose, so that, for instance, more models leave the questions alone. */
export function separateStreams(seed: number): Streams {
  const root = new Random(seed);
  const stream = (): Random => new Random(root.uint32());
  return {
    models: stream(),
    questions: stream(),
    labels: stream(),
    missing: stream(),
    lengths: stream(),
    noise: stream(),
  };
}

/** Draws labels, gaps and answer lengths, and puts the pool together. */
export function assemble(parts: {
  seed: number;
  entries: readonly RosterEntry[];
  drawnModels: DrawnModels;
  drawnQuestions: DrawnQuestions;
  probability: (question: number, model: number) => number;
  missingRate: number;
  streams: Streams;
}): SimulatedPool {
  const { entries, drawnModels, drawnQuestions, streams, missingRate } = parts;
  checkNumber('The missing rate', missingRate, { min: 0, below: 1 });
  const { questions } = drawnQuestions;
  const { models } = drawnModels;
  const probabilities = new Matrix(questions.length, models.length);
  const outputCharacters = new Matrix(questions.length, models.length);
  const labels = new Uint8Array(questions.length * models.length);
  let cell = 0;
  for (let question = 0; question < questions.length; question++) {
    for (let model = 0; model < models.length; model++, cell++) {
      const millionths = Math.round(1e6 * parts.probability(question, model));
      probabilities.data[cell] = millionths / 1e6;
      const label = streams.labels.integer(1_000_000) < millionths ? 1 : 0;
      // Drawn always, so that the rate does not move the other draws.
      labels[cell] = streams.missing.uniform() < missingRate ? MISSING : label;
      outputCharacters.data[cell] = Math.max(
        1,
        Math.round(
          (drawnQuestions.answerCharacters[question] ?? 1) *
            (drawnModels.verbosity[model] ?? 1) *
            (0.6 + 0.8 * streams.lengths.uniform()),
        ),
      );
    }
  }
  const correctness = new CorrectnessMatrix({
    questions: questions.map((question) => question.id),
    models: models.map((model) => model.name),
    labels,
  });
  return {
    dataset: { questions, models, correctness },
    truth: {
      probabilities,
      topicNames: TOPICS,
      skills: drawnModels.skills,
      demands: drawnQuestions.demands,
      difficulties: drawnQuestions.difficulties,
      guessing: drawnQuestions.guessing,
      topics: drawnQuestions.topics,
      subtopics: drawnQuestions.subtopics,
      levels: drawnQuestions.levels,
      families: entries.map((entry) => entry.family),
      specialities: entries.map((entry) => entry.speciality),
    },
    outputCharacters,
    seed: parts.seed,
  };
}
