import { createHash } from 'node:crypto';
import type { DecisionSettings } from '../configuration/decision-settings.js';
import { CLIENT_GONE } from '../exchange.js';
import type { LoggedDecision } from '../observe/decision-log.js';
import { type AnswerOutcome, OUTCOME_SOURCES } from '../outcomes/outcome.js';

/** An answer that can be judged. */
export type JudgedAnswer = Omit<AnswerOutcome, 'outcome' | 'source' | 'isRepeated'>;

/** A row of the log, with the answer that it is about. */
export interface DecisionRow {
  readonly answer: JudgedAnswer;
  readonly row: Readonly<Record<string, unknown>>;
}

/**
 * A decision as a row of a table of answers: `prompt_id`, `prompt`, `model` and `outcome` have the
 * names that `embedllm build` goes by, and `outcome` is null, for nobody has judged the answer yet.
 *
 * @returns `undefined` where no model was chosen.
 */
export function decisionRow(
  { log, question, decision, answer: text }: LoggedDecision,
  { questions, answers }: Pick<DecisionSettings, 'questions' | 'answers'>,
): DecisionRow | undefined {
  const { requestId: id, client, asked, code, error: _, method: __, route: ___, ...rest } = log;
  const model = log.model ?? log.chosen;
  if (model === undefined) return undefined;
  const hasText = question.trim() !== '';
  // Without a text every question is one of its own.
  const isKnown = questions !== 'off' && hasText;
  const promptId = isKnown ? fingerprint(question) : id;
  const row = {
    time: new Date().toISOString(),
    id,
    ...rest,
    durationMs: Math.round(log.durationMs),
    ...(log.firstByteMs === undefined ? {} : { firstByteMs: Math.round(log.firstByteMs) }),
    client,
    asked,
    model,
    prompt_id: promptId,
    ...(isKnown && questions === 'text' ? { prompt: question } : {}),
    ...(answers === 'shadow' && text !== undefined ? { answer: text } : {}),
    outcome: null,
    ...(code === undefined ? {} : { error: code }),
    ...(decision && {
      // A policy that does not explore would choose the same again.
      ...(log.shadow ? {} : { propensity: decision.propensity ?? 1 }),
      ...(decision.explored === undefined ? {} : { explored: decision.explored }),
      candidates: decision.candidates.map(({ model: { name }, ...candidate }) => ({
        model: name,
        ...candidate,
      })),
    }),
  };
  const answer = { id, client, model, promptId, session: log.session };
  return { row, answer: hasText ? { ...answer, question } : answer };
}

/** Whether a request came to an answer that can be judged, though its client may have gone. */
export function isAnswered(status: unknown): boolean {
  return status === 200 || status === CLIENT_GONE;
}

/** How good an answer was, as another row of the same table. */
export function outcomeRow({
  id,
  client,
  model,
  promptId,
  outcome,
  source,
}: AnswerOutcome): object {
  const time = new Date().toISOString();
  return { time, id, client, model, prompt_id: promptId, outcome, source };
}

/** What a line of the file says: an answer, or how good one was; `undefined` where it is none of ours. */
export function readDecision(line: string): JudgedAnswer | AnswerOutcome | undefined {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof row !== 'object' || row === null) return undefined;
  const field = (name: string): unknown => Reflect.get(row, name);
  const text = (name: string): string | undefined => {
    const value = field(name);
    return typeof value === 'string' ? value : undefined;
  };
  const [id, model, promptId] = [text('id'), text('model'), text('prompt_id')];
  if (id === undefined || model === undefined || promptId === undefined) return undefined;
  const answer = { id, model, promptId, client: text('client') };
  const outcome = field('outcome');
  if (typeof outcome === 'number' && outcome >= 0 && outcome <= 1) {
    const source = OUTCOME_SOURCES.find((one) => one === field('source'));
    return source && { ...answer, outcome, source };
  }
  if (outcome !== null || !isAnswered(field('status'))) return undefined;
  return { ...answer, session: text('session'), question: text('prompt') };
}

/** The same for the same text, so that questions that come again are recognised. */
function fingerprint(question: string): string {
  return createHash('sha256').update(question).digest('hex').slice(0, 32);
}
