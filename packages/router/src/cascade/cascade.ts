import { EmbedLLMError } from '@embedllm/core';
import { AnswerGroups, type AnswerRule } from './answer-rule.js';

/** What `cascade` and `vote` take. */
export interface CascadeOptions<Answer> {
  /** Names of the models that are asked first, all at once: two or more, for a vote three or more. */
  readonly ask: readonly string[];
  /** The model that answers where these disagree, or too many of them fail. */
  readonly escalate: string;
  /** When answers say the same. */
  readonly rule: AnswerRule;
  /** Asks a model. The signal is aborted too when this answer can no longer matter. */
  readonly call: (model: string, signal: AbortSignal) => Promise<Answer>;
  /** The text of an answer. */
  readonly textOf: (answer: Answer) => string;
  /** Stops all calls; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How an answer came about. */
export interface CascadeResult<Answer> {
  readonly answer: Answer;
  /** The model that gave it. */
  readonly model: string;
  /** Whether enough of the models that were asked first said the same. */
  readonly agreed: boolean;
  /** The most of them that said the same. */
  readonly votes: number;
  /** Calls made. */
  readonly calls: number;
  /** What went wrong with models that were asked first, by name; what was stopped is not among them. */
  readonly failures: readonly { readonly model: string; readonly error: unknown }[];
}

/**
 * Asks cheap models, takes the answer of the first where all agree, and asks a better one where not. What
 * is still on its way when that is clear is stopped. It cannot stream before they agree, and calls with side
 * effects should not go through it.
 *
 * Whether it pays depends on prices and models: `adviseCascade` says so from a log of answers.
 *
 * @throws EmbedLLMError `invalid-argument` with fewer than two models to ask, or one that is asked twice;
 * what the better model throws.
 */
export async function cascade<Answer>(
  options: CascadeOptions<Answer>,
): Promise<CascadeResult<Answer>> {
  checkAsked(options, 'cascade');
  return await settled(options, quorumOf('cascade', options.ask.length));
}

/**
 * Asks three or more cheap models, takes the answer that more than half of them give, as the first of these
 * words it, and asks a better one where there is none, as with a tie. Otherwise as `cascade`.
 *
 * @throws EmbedLLMError `invalid-argument` with fewer than three models to ask, or one that is asked twice;
 * what the better model throws.
 */
export async function vote<Answer>(
  options: CascadeOptions<Answer>,
): Promise<CascadeResult<Answer>> {
  checkAsked(options, 'vote');
  return await settled(options, quorumOf('vote', options.ask.length));
}

/** @throws EmbedLLMError `invalid-argument` where too few models are asked, or one twice. */
export function checkAsked(
  { ask, escalate }: Pick<CascadeOptions<unknown>, 'ask' | 'escalate'>,
  kind: 'cascade' | 'vote',
): void {
  const [least, count] = kind === 'cascade' ? [2, 'two'] : [3, 'three'];
  if (ask.length >= least && new Set([...ask, escalate]).size > ask.length) return;
  throw new EmbedLLMError(
    `A ${kind} needs at least ${count} models to ask first, and another to ask when they do not suffice.`,
    {
      code: 'invalid-argument',
    },
  );
}

/** How many of the models have to say the same. */
export function quorumOf(kind: 'cascade' | 'vote', asked: number): number {
  return kind === 'cascade' ? asked : Math.floor(asked / 2) + 1;
}

/** Takes what so many of the models say that are asked first. */
async function settled<Answer>(
  { ask, escalate, rule, call, textOf, signal }: CascadeOptions<Answer>,
  quorum: number,
): Promise<CascadeResult<Answer>> {
  signal?.throwIfAborted();
  // Only what has not answered is stopped: an answer may still be read.
  const stops = ask.map(() => new AbortController());
  const attempt = async (model: string, place: number, stop: AbortSignal) => {
    try {
      return {
        model,
        place,
        answer: await call(model, signal ? AbortSignal.any([signal, stop]) : stop),
      };
    } catch (error) {
      return { model, place, error };
    }
  };
  const waiting = new Map(
    stops.map((stop, place) => [place, attempt(ask[place] ?? '', place, stop.signal)]),
  );
  const groups = new AnswerGroups(rule);
  const answers = new Map<number, Answer>();
  const failures: { model: string; error: unknown }[] = [];
  // Until enough agree, or too few are left for that.
  do {
    const { model, place, ...came } = await Promise.race(waiting.values());
    signal?.throwIfAborted();
    waiting.delete(place);
    try {
      if ('error' in came) throw came.error;
      await groups.add(place, textOf(came.answer));
      answers.set(place, came.answer);
    } catch (error) {
      signal?.throwIfAborted();
      failures.push({ model, error });
    }
  } while (groups.largest.votes < quorum && groups.largest.votes + waiting.size >= quorum);
  for (const place of waiting.keys()) stops[place]?.abort();
  const { votes, place } = groups.largest;
  const agreed = votes >= quorum;
  const known = { agreed, votes, failures };
  if (agreed) {
    return {
      ...known,
      answer: answers.get(place) as Answer,
      model: ask[place] ?? '',
      calls: ask.length,
    };
  }
  const better = await call(escalate, signal ?? new AbortController().signal);
  return { ...known, answer: better, model: escalate, calls: ask.length + 1 };
}
