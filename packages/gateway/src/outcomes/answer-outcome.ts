import type { Exchange } from '../exchange.js';
import { ApiError } from '../http/api-error.js';
import { wrong } from '../http/model-request.js';
import { readJsonBody } from '../http/read-body.js';
import { OUTCOME_SOURCES, type PostedOutcome } from './outcome.js';

/**
 * Answers `POST /v1/outcomes`: `{ id, outcome, source }` says how good the answer to a request was. Saying
 * the same again changes nothing.
 *
 * @throws ApiError 400 naming the field, 403 for a key that may not say, 404 for an answer that is not known.
 */
export async function answerOutcome(exchange: Exchange): Promise<Response> {
  const { state, notes, decisionLog, account } = exchange;
  const { value: body } = await readJsonBody(exchange, state.configuration.limits);
  if (!decisionLog?.isOn) {
    throw new ApiError(404, 'This gateway does not record decisions. Configure `decisions.file`.', {
      code: 'no_decision_log',
    });
  }
  const { outcomes: trust = 'learn' } = account?.key ?? {};
  if (trust === 'refuse') {
    const message = 'The key may not post outcomes (authentication.keys[].outcomes).';
    throw new ApiError(403, message, { code: 'outcomes_refused', type: 'permission_error' });
  }
  const { client } = notes;
  const isAdmin = state.authenticator.isAdmin(client);
  const posted = { ...readOutcome(body), client, isAdmin };
  const known = await decisionLog.judge(posted);
  if (known === undefined) {
    const message = `No recent answer to a request of this key has the id ${JSON.stringify(posted.id)}.`;
    throw new ApiError(404, message, { code: 'decision_not_found', param: 'id' });
  }
  const { id, outcome, source, isRepeated = false, isCorrection = false } = known;
  exchange.metrics.outcomes.add({ model: known.model, source, repeated: String(isRepeated) });
  if (!isRepeated && !isCorrection && trust === 'learn') await exchange.onOutcome(known);
  return Response.json({ object: 'outcome', id, outcome, source, repeated: isRepeated });
}

function readOutcome(
  body: Readonly<Record<string, unknown>>,
): Pick<PostedOutcome, 'id' | 'outcome' | 'source'> {
  const { id, source: named = 'app', ...rest } = body;
  const unknown = Object.keys(rest).find((name) => name !== 'outcome');
  if (unknown !== undefined) throw wrong(unknown, 'is unknown. Available: id, outcome, source');
  if (typeof id !== 'string' || id === '' || id.length > 256) {
    throw wrong('id', 'must be the `x-request-id` of the answer');
  }
  const outcome = typeof rest.outcome === 'boolean' ? Number(rest.outcome) : rest.outcome;
  if (typeof outcome !== 'number' || !(outcome >= 0 && outcome <= 1)) {
    throw wrong('outcome', 'must be true, false or a number from 0 to 1');
  }
  const source = OUTCOME_SOURCES.find((one) => one === named);
  if (source === undefined) throw wrong('source', `must be one of ${OUTCOME_SOURCES.join(', ')}`);
  return { id, outcome, source };
}
