import { createHash } from 'node:crypto';
import { EmbedLLMError } from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';
import { type Asked, ask } from '../collect/ask.js';
import { Budget } from '../collect/budget.js';
import type { CollectModel, ResolvedModel } from '../collect/collect-model.js';
import { Pace } from '../collect/pace.js';
import { mostCost, type PreparedCall } from '../collect/prepared-call.js';
import { resolveModel } from '../collect/resolve-model.js';
import type { AnswerToScore, Score, Scorer } from '../scoring/scorer.js';
import { compareVerdicts, type JudgeCheck, type MarkedExample } from './judge-check.js';
import { judgePrompt, verdictOf } from './judge-prompt.js';

/** Options of `judgeScorer`. */
export interface JudgeScorerOptions {
  /** Who judges, as `collect` takes models. */
  readonly model: string | CollectModel;
  /** What makes an answer right, in plain words. */
  readonly rubric: string;
  /** Answers that people marked, at least 10, with right and wrong ones among them. */
  readonly examples: readonly MarkedExample[];
  /** The least agreement with the examples at which the judge is trusted, from 0 to 1. @default 0.8 */
  readonly minAgreement?: number | undefined;
  /** Of what the judge says, hidden reasoning included. @default 1024, 4096 with a reasoning effort */
  readonly maxOutputTokens?: number | undefined;
}

/** A scorer that asks a model. */
export interface JudgeScorer extends Scorer {
  /**
   * Judges the examples, once. `collect` calls it before it asks anything.
   *
   * @throws EmbedLLMError `invalid-data` where the judge agrees with them too seldom to be trusted.
   */
  prepare(signal?: AbortSignal): Promise<JudgeCheck>;
}

const FEWEST_EXAMPLES = 10;

/**
 * Makes a scorer of a model that judges answers by a rubric, for questions whose answers no rule can
 * check. The judge first has to agree with examples that people marked: below `minAgreement` it
 * throws and scores nothing. It decides right or wrong; where it says that it is unsure, keeps to
 * another form than asked for twice, or its provider fails, the answer is undecided.
 *
 * @throws EmbedLLMError `invalid-argument` where examples are too few or all marked alike, as
 * `resolveModel` does otherwise.
 */
export async function judgeScorer(options: JudgeScorerOptions): Promise<JudgeScorer> {
  const { rubric, examples, minAgreement = 0.8 } = options;
  checkNumber('minAgreement', minAgreement, { min: 0, max: 1 });
  assertExamples(examples);
  if (rubric.trim() === '') {
    throw new EmbedLLMError('The rubric of the judge is empty.', { code: 'invalid-argument' });
  }
  const judge = new Judge(await resolveModel(options.model), rubric, options.maxOutputTokens);
  let checked: Promise<JudgeCheck> | undefined;
  const prepare = (signal?: AbortSignal): Promise<JudgeCheck> => {
    checked ??= judge.check(examples, minAgreement, signal);
    return checked;
  };
  const rubricHash = createHash('sha256').update(rubric.trim()).digest('hex').slice(0, 8);
  return {
    id: `judge:${judge.name}:${rubricHash}`,
    version: 1,
    prepare,
    mostCost: (answer) => judge.mostCost(answer),
    score: async (answer) => {
      await prepare(answer.signal);
      return judge.score(answer);
    },
  };
}

class Judge {
  readonly #model: ResolvedModel;
  readonly #rubric: string;
  readonly #maxOutputTokens: number;
  readonly #pace: Pace;

  constructor(model: ResolvedModel, rubric: string, maxOutputTokens: number | undefined) {
    const { reasoningEffort = 'none' } = model;
    this.#model = model;
    this.#rubric = rubric;
    this.#maxOutputTokens = maxOutputTokens ?? (reasoningEffort === 'none' ? 1024 : 4096);
    this.#pace = new Pace(model);
  }

  get name(): string {
    return this.#model.name;
  }

  /** Both tries, in US dollars. */
  mostCost(answer: AnswerToScore): number {
    return 2 * mostCost(this.#call(answer));
  }

  async score(answer: AnswerToScore): Promise<Score> {
    let cost = 0;
    for (let tries = 0; tries < 2; tries++) {
      const asked = await this.#ask(answer);
      if (asked.kind === 'budget') break;
      cost += asked.cost;
      if (asked.kind === 'failure') {
        return { reason: `The judge did not answer: ${asked.failure.message}`, cost };
      }
      const verdict = verdictOf(asked.output, answer.output);
      if (verdict === undefined) continue;
      const why = asked.output.trim().split('\n').slice(0, -1).join(' ').trim().slice(0, 500);
      const reason = `${this.#model.name}: ${why === '' ? verdict : why}`;
      return verdict === 'unsure'
        ? { reason, cost }
        : { outcome: verdict === 'right' ? 1 : 0, reason, cost };
    }
    return { reason: 'The judge twice failed to finish with a verdict.', cost };
  }

  /** @throws EmbedLLMError where it agrees too seldom. */
  async check(
    examples: readonly MarkedExample[],
    minAgreement: number,
    signal: AbortSignal | undefined,
  ): Promise<JudgeCheck> {
    const outcomes: (number | undefined)[] = [];
    let cost = 0;
    const open = examples.entries();
    const work = async (): Promise<void> => {
      for (const [index, example] of open) {
        const score = await this.score({ ...example, signal });
        outcomes[index] = score.outcome;
        cost += score.cost ?? 0;
      }
    };
    await Promise.all(Array.from({ length: this.#model.concurrency ?? 4 }, work));
    const check = compareVerdicts(examples, outcomes, cost);
    const { agreed, agreement, undecided, falselyRight, falselyWrong } = check;
    const decided = examples.length - undecided;
    if (agreement >= minAgreement && undecided <= examples.length / 4) return check;
    throw new EmbedLLMError(
      `Judge ${this.#model.name} is not reliable enough: it decided ${decided} of ${examples.length} examples and agrees with ${agreed} of them (${(100 * agreement).toFixed(0)}%; at least ${(100 * minAgreement).toFixed(0)}% required). It marked ${falselyRight} wrong answers as right and ${falselyWrong} right answers as wrong. Make the rubric more precise or use another model.`,
      { code: 'invalid-data' },
    );
  }

  async #ask(answer: AnswerToScore): Promise<Asked> {
    return ask(this.#call(answer), {
      pace: this.#pace,
      budget: new Budget(undefined, 0),
      usualOutputTokens: 100,
      maxRetries: 4,
      timeoutMs: 120_000,
      signal: answer.signal,
    });
  }

  #call(answer: AnswerToScore): PreparedCall {
    const text = judgePrompt(this.#rubric, answer);
    return {
      model: this.#model,
      question: { text },
      maxOutputTokens: this.#maxOutputTokens,
    };
  }
}

function assertExamples(examples: readonly MarkedExample[]): void {
  const refuse = (message: string): never => {
    throw new EmbedLLMError(message, { code: 'invalid-argument' });
  };
  if (examples.length < FEWEST_EXAMPLES) {
    refuse(
      `Checking a judge needs at least ${FEWEST_EXAMPLES} marked examples, but there are ${examples.length}.`,
    );
  }
  const odd = examples.findIndex(({ outcome }) => outcome !== 0 && outcome !== 1);
  if (odd >= 0) {
    refuse(
      `Example ${odd + 1} of the judge has the outcome ${examples[odd]?.outcome}, not 0 or 1.`,
    );
  }
  if (new Set(examples.map(({ outcome }) => outcome)).size < 2) {
    refuse(
      'All marked examples of the judge have the same outcome. Add answers of the other kind.',
    );
  }
}
