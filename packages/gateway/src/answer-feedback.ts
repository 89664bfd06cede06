import type { Exchange } from './exchange.js';
import { ApiError } from './http/api-error.js';
import { checkKeys } from './http/check-json.js';
import { readJsonBody } from './http/read-body.js';

/** Answers `POST /v1/feedback`: `{ id, correct }` says how good the answer to a request was. */
export async function answerFeedback(exchange: Exchange): Promise<Response> {
  const { state, notes, decisionLog } = exchange;
  const { value: body } = await readJsonBody(exchange, state.configuration.limits);
  checkKeys(body);
  if (!decisionLog?.isOn) {
    throw new ApiError(404, 'This gateway keeps no decisions. Configure `decisions.file`.', {
      code: 'no_decision_log',
    });
  }
  const { id } = body;
  if (typeof id !== 'string' || id === '' || id.length > 256) {
    const message = '`id` must be the `x-request-id` of the answer.';
    throw new ApiError(400, message, { param: 'id' });
  }
  const correct = typeof body.correct === 'boolean' ? Number(body.correct) : body.correct;
  if (typeof correct !== 'number' || !(correct >= 0 && correct <= 1)) {
    const message = '`correct` must be true, false or a number from 0 to 1.';
    throw new ApiError(400, message, { param: 'correct' });
  }
  const isAdmin = state.authenticator.isAdmin(notes.client);
  if (!(await decisionLog.judge({ id, correct, client: notes.client, isAdmin }))) {
    const message = `No recent answer to a request of this key has the id ${JSON.stringify(id)}.`;
    throw new ApiError(404, message, { code: 'decision_not_found', param: 'id' });
  }
  return Response.json({ object: 'feedback', id, correct });
}
