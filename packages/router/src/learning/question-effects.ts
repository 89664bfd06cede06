import {
  type CorrectnessMatrix,
  EmbedLLMError,
  type FactorizationModel,
  Matrix,
  MISSING,
} from '@embedllm/core';

/** What is known about one question beyond its text: its logit is scale · z + offset. */
export interface QuestionEffect {
  /** In logits: above 0 for a question that is easier than its text says. */
  readonly offset: number;
  /** From 1: how much more models differ on this question than on an unknown one of its text. */
  readonly scale: number;
}

/** The effects of the questions that a pool has answered. */
export interface QuestionEffects {
  /** In the order of the questions, length Q. */
  readonly effects: readonly QuestionEffect[];
  /** τ², the variance of the effects among questions, in squared logits. */
  readonly variance: number;
}

/** Options of `fitQuestionEffects`. */
export interface FitQuestionEffectsOptions {
  /** Trained on these models. */
  readonly model: FactorizationModel;
  /** Embeddings of the questions, shape [Q, D]. */
  readonly embeddings: Matrix;
  /** The pool's answers to the questions; its models in any order. */
  readonly correctness: CorrectnessMatrix;
}

/** π / 8: how the logistic function averages over a normal logit (MacKay 1992). */
const PI_8 = Math.PI / 8;
const MAX_ROUNDS = 60;
const MAX_STEPS = 30;

/**
 * How much easier or harder than its text each question is, by the answers of a pool. Whoever learns
 * about a further model from its answers to these questions should take this into account: text
 * explains little of a question's difficulty, and questions that are chosen because they say much
 * are chosen where the text misjudges it.
 *
 * A logistic model with a random effect: P(y = 1) = σ(s z + r), r ~ N(0, τ²), where z is the model's
 * logit and s = √(1 + π τ² / 8) makes the average over r the model's own σ(z). τ² by expectation and
 * maximisation with Laplace's approximation (Breslow and Clayton 1993). What remains unknown of r, its
 * posterior variance v, is averaged over likewise, so that a question that nobody answered keeps its
 * z. About 60 Q M exponentials a round, 10 to 60 rounds.
 *
 * @throws EmbedLLMError `shape-mismatch`, or `invalid-argument` on a model of `correctness` that the
 * factorization does not have.
 */
export function fitQuestionEffects(options: FitQuestionEffectsOptions): QuestionEffects {
  const { model, embeddings, correctness } = options;
  const answers = answersByQuestion(model, embeddings, correctness);
  const posteriorsAt = (variance: number): Posterior[] => {
    const scale = Math.sqrt(1 + PI_8 * variance);
    return answers.map((own) => posteriorOf(own, scale, variance));
  };
  const answered = answers.filter(({ labels }) => labels.length > 0).length;
  let variance = 1;
  for (let round = 0; round < MAX_ROUNDS && answered > 0; round++) {
    const total = posteriorsAt(variance).reduce(
      // Questions without answers have mode 0, and say nothing about the variance.
      (sum, { mode, spread }, q) =>
        answers[q]!.labels.length > 0 ? sum + mode * mode + spread : sum,
      0,
    );
    const next = Math.max(1e-6, total / answered);
    const isDone = Math.abs(next - variance) < 1e-4 * variance;
    variance = next;
    if (isDone) break;
  }
  const scale = Math.sqrt(1 + PI_8 * variance);
  const effects = posteriorsAt(variance).map(({ mode, spread }) => {
    const averaged = Math.sqrt(1 + PI_8 * spread);
    return { offset: mode / averaged, scale: scale / averaged };
  });
  return { effects, variance };
}

/** The answers to one question, with the logits that they were predicted with. */
interface OwnAnswers {
  readonly logits: readonly number[];
  readonly labels: readonly number[];
}

interface Posterior {
  readonly mode: number;
  /** Its variance, by the curvature at the mode. */
  readonly spread: number;
}

function answersByQuestion(
  model: FactorizationModel,
  embeddings: Matrix,
  correctness: CorrectnessMatrix,
): OwnAnswers[] {
  if (embeddings.rows !== correctness.questionCount) {
    throw new EmbedLLMError(
      `There are ${embeddings.rows} embeddings for ${correctness.questionCount} questions.`,
      { code: 'shape-mismatch' },
    );
  }
  const columns = correctness.models.map((name) => {
    const column = model.models.indexOf(name);
    if (column >= 0) return column;
    throw new EmbedLLMError(
      `${JSON.stringify(name)} is not among the models of the factorization.`,
      {
        code: 'invalid-argument',
      },
    );
  });
  const logits = model.score(embeddings);
  return Array.from({ length: embeddings.rows }, (_, q) => {
    const own: { logits: number[]; labels: number[] } = { logits: [], labels: [] };
    correctness.row(q).forEach((label, m) => {
      if (label === MISSING) return;
      own.logits.push(logits.at(q, columns[m]!));
      own.labels.push(label);
    });
    return own;
  });
}

/** Newton's method on a concave function of one variable, kept within where its slope changes sign. */
function posteriorOf({ logits, labels }: OwnAnswers, scale: number, variance: number): Posterior {
  let low = -40;
  let high = 40;
  let mode = 0;
  let curvature = 1 / variance;
  for (let step = 0; step < MAX_STEPS; step++) {
    let slope = -mode / variance;
    curvature = 1 / variance;
    for (let i = 0; i < logits.length; i++) {
      const p = 1 / (1 + Math.exp(-(scale * logits[i]! + mode)));
      slope += labels[i]! - p;
      curvature += p * (1 - p);
    }
    if (slope > 0) low = mode;
    else high = mode;
    const newton = mode + slope / curvature;
    const next = newton >= low && newton <= high ? newton : (low + high) / 2;
    if (Math.abs(next - mode) < 1e-9) break;
    mode = next;
  }
  return { mode, spread: 1 / curvature };
}

/** φ and c of the logits of questions as they are asked: scaled and offset by what is known of each. */
export function withEffects(
  features: Matrix,
  offset: number,
  effects: readonly (QuestionEffect | undefined)[],
): { asked: Matrix; offsets: Float64Array } {
  const asked = new Matrix(features.rows, features.cols, features.data.slice());
  const offsets = Float64Array.from({ length: features.rows }, (_, index) => {
    const { offset: own, scale } = effects[index] ?? { offset: 0, scale: 1 };
    const row = asked.row(index);
    for (let k = 0; k < row.length; k++) row[k] = scale * row[k]!;
    return scale * offset + own;
  });
  return { asked, offsets };
}
