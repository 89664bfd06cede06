import { createHash } from 'node:crypto';
import type { DecisionSettings } from '../configuration/decision-settings.js';
import { CLIENT_GONE } from '../exchange.js';
import type { Feedback, LoggedDecision } from '../observe/decision-log.js';

/** An answer that can be judged. */
export interface JudgedAnswer {
  readonly id: string;
  readonly client: string | undefined;
  readonly model: string;
  readonly prompt_id: string;
}

/**
 * A decision as a row of a table of answers: `prompt_id`, `prompt`, `model` and `correct` have the
 * names that `embedllm build` goes by, and `correct` is null, for nobody has judged the answer yet.
 *
 * @returns `undefined` where no model was chosen.
 */
export function decisionRow(
  { log, question, decision }: LoggedDecision,
  questions: DecisionSettings['questions'],
): (JudgedAnswer & Readonly<Record<string, unknown>>) | undefined {
  const { requestId: id, client, asked, code, error: _, method: __, route: ___, ...rest } = log;
  const model = log.model ?? log.chosen;
  if (model === undefined) return undefined;
  // Without a text every question is one of its own.
  const isKnown = questions !== 'off' && question.trim() !== '';
  return {
    time: new Date().toISOString(),
    id,
    ...rest,
    durationMs: Math.round(log.durationMs),
    ...(log.firstByteMs === undefined ? {} : { firstByteMs: Math.round(log.firstByteMs) }),
    client,
    asked,
    model,
    prompt_id: isKnown ? fingerprint(question) : id,
    ...(isKnown && questions === 'text' ? { prompt: question } : {}),
    correct: null,
    ...(code === undefined ? {} : { error: code }),
    ...(decision && {
      ...(decision.propensity === undefined ? {} : { propensity: decision.propensity }),
      ...(decision.explored === undefined ? {} : { explored: decision.explored }),
      candidates: decision.candidates.map(({ model: { name }, ...candidate }) => ({
        model: name,
        ...candidate,
      })),
    }),
  };
}

/** Whether a request came to an answer that can be judged, though its client may have gone. */
export function isAnswered(status: unknown): boolean {
  return status === 200 || status === CLIENT_GONE;
}

/** Somebody's word on an answer, as another row of the same table. */
export function feedbackRow(
  { prompt_id, model }: JudgedAnswer,
  { id, correct, client }: Feedback,
): object {
  return { time: new Date().toISOString(), id, client, model, prompt_id, correct };
}

/** The answer that a line of the file is about; `undefined` where it is a judgement, or none of ours. */
export function readJudged(line: string): JudgedAnswer | undefined {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof row !== 'object' || row === null) return undefined;
  const field = (name: string): unknown => Reflect.get(row, name);
  const [id, client, model, prompt_id] = ['id', 'client', 'model', 'prompt_id'].map(field);
  const isAnswer = typeof id === 'string' && typeof model === 'string' && field('correct') === null;
  if (!isAnswer || typeof prompt_id !== 'string' || !isAnswered(field('status'))) return undefined;
  return { id, client: typeof client === 'string' ? client : undefined, model, prompt_id };
}

/** The same for the same text, so that questions that come again are recognised. */
function fingerprint(question: string): string {
  return createHash('sha256').update(question).digest('hex').slice(0, 32);
}
