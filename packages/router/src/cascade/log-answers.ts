import { EmbedLLMError } from '@embedllm/core';
import { AnswerGroups, type AnswerRule } from './answer-rule.js';
import { checkAsked, quorumOf } from './cascade.js';
import type { CascadeLog } from './cascade-log.js';

/** A model's recorded answer to a question. */
export interface RecordedAnswer {
  readonly question: string;
  readonly model: string;
  /** What it wrote; `undefined` where it failed, which escalates. */
  readonly text: string | undefined;
  /** How good that was, from 0 to 1; `undefined` where nobody can tell. */
  readonly outcome: number | undefined;
  /** US dollars. */
  readonly costUsd: number;
}

/** What `logAnswers` takes. */
export interface LogAnswersOptions {
  /** Of all models to the same questions; other models are left out. */
  readonly answers: Iterable<RecordedAnswer>;
  readonly ask: readonly string[];
  readonly escalate: string;
  readonly rule: AnswerRule;
  /** Whether all of the models that are asked first have to say the same, or most of them. @default all */
  readonly agree?: 'all' | 'majority' | undefined;
}

/** Recorded answers as a cascade would have used them. */
export interface LoggedAnswers {
  readonly log: CascadeLog;
  /** Questions that not all of the models were asked, or whose outcome is not known. */
  readonly skipped: number;
}

/**
 * Compares recorded answers as `cascade` or `vote` would, for `adviseCascade` and `certifyCascade`. All calls that
 * are asked first count with their whole cost.
 *
 * @throws EmbedLLMError `invalid-argument` with too few models to ask, or where no question was put to all of them;
 * what the rule throws.
 */
export async function logAnswers(options: LogAnswersOptions): Promise<LoggedAnswers> {
  const { answers, ask, escalate, rule, agree = 'all' } = options;
  const kind = agree === 'all' ? 'cascade' : 'vote';
  checkAsked({ ask, escalate }, kind);
  const questions = new Map<string, Map<string, RecordedAnswer>>();
  for (const answer of answers) {
    const known = questions.get(answer.question) ?? new Map<string, RecordedAnswer>();
    questions.set(answer.question, known.set(answer.model, answer));
  }
  const rows: Record<Exclude<keyof CascadeLog, 'predicted'>, number>[] = [];
  for (const known of questions.values()) {
    const better = known.get(escalate);
    const asked = ask.flatMap((model) => known.get(model) ?? []);
    if (asked.length < ask.length || better?.text === undefined) continue;
    const groups = new AnswerGroups(rule);
    for (const [place, { text }] of asked.entries()) {
      if (text !== undefined) await groups.add(place, text);
    }
    const { votes, place } = groups.largest;
    const agreed = votes >= quorumOf(kind, ask.length);
    // Where they do not agree, nobody gets to see the first answer.
    const first = agreed ? asked[place]?.outcome : (asked[0]?.outcome ?? 0);
    if (first === undefined || better.outcome === undefined) continue;
    const firstCostsUsd = asked.reduce((sum, { costUsd }) => sum + costUsd, 0);
    rows.push({
      ...{ agreed: Number(agreed), first, better: better.outcome },
      ...{ firstCostsUsd, betterCostsUsd: better.costUsd },
    });
  }
  if (rows.length === 0) {
    const names = [...ask, escalate].join(', ');
    throw new EmbedLLMError(
      `No question has an answer with a known outcome from each of ${names}.`,
      {
        code: 'invalid-argument',
      },
    );
  }
  const column = (name: keyof (typeof rows)[number]): Float64Array =>
    Float64Array.from(rows, (row) => row[name]);
  const log = {
    ...{ agreed: column('agreed'), first: column('first'), better: column('better') },
    ...{ firstCostsUsd: column('firstCostsUsd'), betterCostsUsd: column('betterCostsUsd') },
  };
  return { log, skipped: questions.size - rows.length };
}
