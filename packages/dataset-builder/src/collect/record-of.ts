import type { Asked } from './ask.js';
import type { Budget } from './budget.js';
import { scorerLabel } from './collect-question.js';
import type { CollectRecord } from './collect-record.js';
import type { QuestionCall } from './prepared-call.js';
import { scoreOutput } from './score-output.js';

/** The record of a call. */
export async function recordOf(
  call: QuestionCall,
  asked: Exclude<Asked, { kind: 'budget' }>,
  budget: Budget,
  signal: AbortSignal | undefined,
): Promise<CollectRecord> {
  const { question, model, maxOutputTokens } = call;
  const base = {
    call: call.id,
    questionId: question.id,
    prompt: question.prompt,
    category: question.category,
    instructions: question.instructions,
    model: model.name,
    key: question.key,
    scorer: scorerLabel(question.scorer),
    maxOutputTokens,
    cost: asked.cost,
    latencyMs: Math.round(asked.latencyMs),
    at: new Date().toISOString(),
  };
  if (asked.kind === 'failure') {
    const { message, httpStatus, mayBeBilled } = asked.failure;
    const costIsBound = mayBeBilled || undefined;
    return { ...base, status: 'error', outcome: null, error: message, httpStatus, costIsBound };
  }
  const { output, finishReason, tokens } = asked;
  const said = { output, finishReason, ...tokens, costIsBound: asked.costIsBound || undefined };
  if (finishReason === 'content-filter' || finishReason === 'error') {
    const error = `The provider stopped the answer: ${finishReason}.`;
    return { ...base, status: 'error', outcome: null, ...said, error };
  }
  const answer = { output, finishReason, maxOutputTokens, key: question.key };
  const { prompt, instructions } = question;
  const toScore = { ...answer, prompt, instructions };
  const most = question.scorer.mostCost?.(toScore) ?? 0;
  if (!(await budget.reserve(most))) {
    const reason = 'The budget does not allow calling the judge. Raise it and score again.';
    return { ...base, status: 'ok', outcome: null, reason, ...said };
  }
  let scoringCost = most;
  try {
    const { cost, ...score } = await scoreOutput(question.scorer, toScore, signal);
    scoringCost = cost;
    return { ...base, status: 'ok', ...score, ...said, cost: base.cost + cost };
  } finally {
    budget.settle(most, scoringCost);
  }
}
