import type { Random } from '@embedllm/core';
import { type SessionCandidate, type TokenPrices, weighSwitch } from '../../src/sessions/index.js';

/** Tokens of a tool's result, and of a call of a tool. */
const RESULT = 600;
const CALL = 150;
/** Seconds for which a cache holds what it read last: five minutes, as Anthropic's. */
const KEPT = 300;
/** What conversations grow by in a call. */
const GROWTH = RESULT + CALL;

/** A conversation about some questions, whoever answers. */
export interface SimulatedSession {
  /** Tokens before the first question: system prompt, tools, files. */
  readonly prefix: number;
  readonly tasks: readonly {
    readonly question: number;
    /** For each call the question that its last message looks like: the question itself, then what tools say. */
    readonly messages: readonly number[];
    /** Seconds before its first call, and that each of its calls takes. */
    readonly pause: number;
    readonly seconds: number;
  }[];
}

/** The models, by their positions. */
export interface SimulatedPool {
  readonly names: readonly string[];
  readonly prices: readonly TokenPrices[];
  /** Predicted P(success) of question and model. */
  probability(question: number, model: number): number;
  /** Whether the model solves the question. */
  isSolved(question: number, model: number): boolean;
  /** Tokens of its answer, and what is expected of them. */
  answerTokens(question: number, model: number): number;
  readonly meanAnswerTokens: readonly number[];
}

/** What is known before a call. */
export interface CallSituation {
  readonly question: number;
  /** The question that the last message looks like. */
  readonly message: number;
  /** Whether it is the first call of the question. */
  readonly isFirst: boolean;
  /** The model of the call before; -1 before the first. */
  readonly current: number;
  /** Tokens that the call reads. */
  readonly input: number;
  /** Tokens that each cache holds. */
  readonly warm: readonly number[];
  /** What conversations grow by in a call. */
  readonly growth: number;
  /** Calls that the session has had. */
  readonly calls: number;
  /** The questions of the session so far, this one included. */
  readonly asked: readonly number[];
}

/** Chooses the model of a call. */
export type SessionPolicy = (situation: CallSituation) => number;

/** Runs a session; a model keeps a question that it has begun. @returns dollars of each question, and which were solved. */
export function simulateSession(
  { prefix, tasks }: SimulatedSession,
  pool: SimulatedPool,
  policy: SessionPolicy,
): { readonly usd: readonly number[]; readonly solved: readonly number[] } {
  const held = pool.names.map(() => ({ tokens: 0, until: 0 }));
  let now = 0;
  let [input, current, calls] = [prefix, -1, 0];
  const usd: number[] = [];
  const solved: number[] = [];
  const asked: number[] = [];
  for (const { question, messages, pause, seconds } of tasks) {
    asked.push(question);
    now += pause;
    let spent = 0;
    for (const [index, message] of messages.entries()) {
      const warm = held.map(({ tokens, until }) => (until > now ? tokens : 0));
      const isFirst = index === 0;
      const known = { question, message, isFirst, current, input, warm, calls, asked };
      current = policy({ ...known, growth: GROWTH });
      calls++;
      const price = pool.prices[current] as TokenPrices;
      const written = index + 1 < messages.length ? CALL : pool.answerTokens(question, current);
      const cached = Math.min(warm[current] ?? 0, input);
      spent +=
        (cached * price.cachedInput +
          (input - cached) * price.cacheWrite +
          written * price.output) /
        1e6;
      held[current] = { tokens: input, until: now + KEPT };
      now += seconds;
      input += written + RESULT;
    }
    usd.push(spent);
    solved.push(pool.isSolved(question, current) ? 1 : 0);
  }
  return { usd, solved };
}

/** By the last message of each call, as if nothing was ever cached: the largest worth · p - price of the call. */
export function perCallPolicy(pool: SimulatedPool, worthUsd: number): SessionPolicy {
  const choose = blindPolicy(pool, worthUsd);
  return (situation) => choose({ ...situation, question: situation.message, isFirst: true });
}

/** For each question the same, by the question itself. */
export function blindPolicy(pool: SimulatedPool, worthUsd: number): SessionPolicy {
  return ({ question, input, isFirst, current }) => {
    if (!isFirst) return current;
    const value = (model: number): number => {
      const { input: read, output } = pool.prices[model] as TokenPrices;
      const usd = (input * read + (pool.meanAnswerTokens[model] ?? 0) * output) / 1e6;
      return worthUsd * pool.probability(question, model) - usd;
    };
    return largest(pool.names.map((_, model) => value(model)));
  };
}

/** The first choice of the policy without regard for caches, for the whole session. */
export function stickyPolicy(pool: SimulatedPool, worthUsd: number): SessionPolicy {
  const first = blindPolicy(pool, worthUsd);
  return (situation) => (situation.current < 0 ? first(situation) : situation.current);
}

/** Calls that are expected to follow; `had` for as many as the session has had. */
export type FurtherCalls = number | 'had';

/**
 * `weighSwitch`, which expects so many calls to follow.
 *
 * @param isLast - Whether it takes each question for the last one; otherwise later ones are like those so far.
 */
export function weighedPolicy(
  pool: SimulatedPool,
  worthUsd: number,
  furtherCalls: FurtherCalls,
  isLast = false,
): SessionPolicy {
  return ({ question, isFirst, current, input, warm, growth, calls, asked }) => {
    if (!isFirst) return current;
    const further = furtherCalls === 'had' ? calls : furtherCalls;
    const candidates = pool.names.map(
      (name, model): SessionCandidate => ({
        name,
        probability: pool.probability(question, model),
        price: pool.prices[model] as TokenPrices,
        warmTokens: warm[model],
        // Only the last call writes the answer.
        outputTokens: ((pool.meanAnswerTokens[model] ?? 0) + further * CALL) / (further + 1),
        laterProbabilities: isLast ? [] : asked.map((earlier) => pool.probability(earlier, model)),
      }),
    );
    const { model } = weighSwitch({
      candidates,
      current: pool.names[current],
      inputTokens: input,
      growthTokens: growth,
      furtherCalls: further,
      worthUsd,
    });
    return pool.names.indexOf(model);
  };
}

/** Sessions over some questions, drawn at random. */
export function drawSessions(
  random: Random,
  questions: readonly number[],
  {
    count,
    tasks,
    meanCalls,
    meanPause,
    meanSeconds,
    prefix,
  }: {
    readonly count: number;
    readonly tasks: number;
    readonly meanCalls: number;
    /** Between two questions, and of a call; in seconds. */
    readonly meanPause: number;
    readonly meanSeconds: number;
    readonly prefix: number;
  },
): SimulatedSession[] {
  return Array.from({ length: count }, () => ({
    prefix,
    tasks: Array.from({ length: tasks }, () => {
      const draw = (): number => questions[Math.floor(random.uniform() * questions.length)] ?? 0;
      const question = draw();
      const messages = [question];
      while (random.uniform() > 1 / meanCalls) messages.push(draw());
      const pause = -meanPause * Math.log(1 - random.uniform());
      return { question, messages, pause, seconds: meanSeconds };
    }),
  }));
}

function largest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
